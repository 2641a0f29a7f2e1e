import { expect, test } from 'vitest'

import { pptx, relationsXml, shape } from '../support/documents/packages.ts'
import { read } from '../support/documents/reading.ts'

const run = (text: string, properties = '') => `<a:r>${properties}<a:t>${text}</a:t></a:r>`
const body = (paragraphs: string) => `<p:sp><p:txBody>${paragraphs}</p:txBody></p:sp>`
const tree = (element: string, shapes: string, attributes = '') =>
  `<p:${element} ${attributes}><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:${element}>`

test('slides have the words of their layout and of its master, each once', async () => {
  const relations = [['l', 'slideLayout', '../layout.xml']] as const
  const slides = ['One', 'Two'].map((text) => ({ shapes: shape([text]), relations }))
  const file = pptx([{ shapes: '<p:pic/>', relations }, ...slides], {
    'ppt/layout.xml': tree('sldLayout', shape(['Click to edit'], 'title') + shape(['Secret'])),
    'ppt/_rels/layout.xml.rels': relationsXml([['m', 'slideMaster', 'master.xml']]),
    'ppt/master.xml': tree('sldMaster', shape(['Click'], 'body') + shape(['Harbour Ltd.'])),
  })
  const { text, notices } = await read(file, 'a.pptx')
  expect(text).toBe('One\n\nSecret\nHarbour Ltd.\n\nTwo')
  expect(notices).toMatchObject([{ code: 'pages_without_text', count: 1 }])
})

test('a layout may show nothing of its master', async () => {
  const file = pptx(
    [{ shapes: shape(['One']), relations: [['l', 'slideLayout', '../layout.xml']] }],
    {
      'ppt/layout.xml': tree('sldLayout', '', 'showMasterSp="0"'),
      'ppt/_rels/layout.xml.rels': relationsXml([['m', 'slideMaster', 'master.xml']]),
      'ppt/master.xml': tree('sldMaster', shape(['Harbour Ltd.'])),
    },
  )
  expect((await read(file, 'a.pptx')).text).toBe('One')
})

test('paragraphs are numbered as their shape says, unless they have another bullet', async () => {
  const styles =
    '<a:lstStyle><a:lvl1pPr><a:buAutoNum type="arabicPeriod"/></a:lvl1pPr><a:lvl2pPr><a:buChar char="-"/></a:lvl2pPr></a:lstStyle>'
  const paragraphs = `<a:p>${run('a')}</a:p><a:p><a:pPr lvl="1"/>${run('point')}</a:p><a:p>${run('b')}</a:p><a:p><a:pPr><a:buNone/></a:pPr>${run('none')}</a:p>`
  const file = pptx([{ shapes: body(styles + paragraphs) + body(`<a:p>${run('other')}</a:p>`) }])
  expect((await read(file, 'a.pptx')).text).toBe('1. a\npoint\n2. b\nnone\n\nother')
})

test('raised digits, formulas and merged cells are as they are seen, and hidden groups are not', async () => {
  const half = `<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>`
  const cell = (text: string, attributes = '') =>
    `<a:tc ${attributes}><a:txBody><a:p>${text === '' ? '' : run(text)}</a:p></a:txBody></a:tc>`
  const shapes =
    body(`<a:p>${run('Art. 12')}${run('2', '<a:rPr baseline="30000"/>')}${run(' ff.')}</a:p>`) +
    body(`<a:p>${run('It is ')}<a14:m><m:oMath>${half}</m:oMath></a14:m></a:p>`) +
    `<p:grpSp><p:nvGrpSpPr><p:cNvPr id="1" hidden="1"/></p:nvGrpSpPr>${shape(['hidden'])}</p:grpSp>` +
    `<p:graphicFrame><a:tbl><a:tr>${cell('a')}${cell('')}${cell('c')}</a:tr><a:tr>${cell('wide', 'gridSpan="2"')}${cell('', 'hMerge="1"')}${cell('d')}</a:tr></a:tbl></p:graphicFrame>`
  expect((await read(pptx([{ shapes }]), 'a.pptx')).text).toBe(
    'Art. 12² ff.\n\nIt is 1/2\n\na\t\tc\nwide\t\td',
  )
})

test.each([
  ['alphaUcParenBoth', '(A) x'],
  ['romanLcParenR', 'i) x'],
  ['circleNumDbPlain', '① x'],
  ['ea1ChsPeriod', '一. x'],
  ['thaiNumPeriod', '๑. x'],
  ['arabicDbPlain', '１ x'],
  ['a number of the future', '1. x'],
])('the number %s is shown as %s', async (type, shown) => {
  const paragraphs = `<a:p><a:pPr><a:buAutoNum type="${type}"/></a:pPr>${run('x')}</a:p>`
  expect((await read(pptx([{ shapes: body(paragraphs) }]), 'a.pptx')).text).toBe(shown)
})
