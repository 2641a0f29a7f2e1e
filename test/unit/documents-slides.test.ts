import { describe, expect, test } from 'vitest'

import { openDocument, pptx, shape } from '../support/documents/packages.ts'
import { failureOf, read } from '../support/documents/reading.ts'

const TABLE = `<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>Fee</a:t></a:r></a:p></a:txBody></a:tc>
  <a:tc><a:txBody><a:p><a:r><a:t>EUR 20</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>`

function numbered(texts: readonly string[], type = 'arabicPeriod'): string {
  const paragraphs = texts.map((text) =>
    text === ''
      ? '<a:p><a:pPr><a:buNone/></a:pPr><a:r><a:t>Between</a:t></a:r></a:p>'
      : `<a:p><a:pPr><a:buAutoNum type="${type}"/></a:pPr><a:r><a:t>${text}</a:t></a:r></a:p>`,
  )
  return `<p:sp><p:txBody><a:lstStyle><a:lvl1pPr><a:buAutoNum type="x"/></a:lvl1pPr></a:lstStyle>${paragraphs.join('')}</p:txBody></p:sp>`
}

describe('a presentation', () => {
  test('has its slides as pages, each with its title, its texts and its notes', async () => {
    const { text, pages, headings, notices } = await read(
      pptx([
        {
          shapes:
            shape(['Body', 'second']) + shape(['The merger'], 'ctrTitle') + shape(['Draft'], 'ftr'),
          notes: shape(['Say it slowly'], 'body') + shape(['1'], 'sldNum'),
        },
        { shapes: shape(['secret']), hidden: true },
        { shapes: '<p:pic/>' },
        {
          shapes:
            shape(['Terms'], 'title') + shape(['4'], 'sldNum') + TABLE + shape(['Draft'], 'ftr'),
        },
      ]),
      'a.pptx',
    )
    expect(text).toBe(
      'The merger\n\nBody\nsecond\n\nDraft\n\nNotes: Say it slowly\n\nTerms\n\nFee\tEUR 20',
    )
    expect(pages.map(({ page, start }) => [page, text.slice(start, start + 5)])).toEqual([
      [1, 'The m'],
      [3, 'Terms'],
      [4, 'Terms'],
    ])
    expect(headings.map(({ text: words }) => words)).toEqual(['The merger', 'Terms'])
    expect(notices?.map(({ code, count }) => [code, count])).toEqual([
      ['hidden_slides_left_out', 1],
      ['pages_without_text', 1],
    ])
  })

  test('numbers its paragraphs as PowerPoint does', async () => {
    const file = pptx([
      { shapes: numbered(['a', 'b', '', 'c']) + numbered(['x'], 'alphaUcParenBoth') },
    ])
    expect((await read(file, 'a.pptx')).text).toBe('1. a\n2. b\nBetween\n1. c\n\n(A) x')
  })

  test('has the words of pictures, charts and fields, and counts embedded files', async () => {
    const shapes = `<p:pic><p:nvPicPr><p:cNvPr id="4" descr="A plan of the harbour"/></p:nvPicPr></p:pic>
      <p:graphicFrame><c:chart r:id="c"/></p:graphicFrame><p:graphicFrame><p:oleObj/></p:graphicFrame>
      <p:sp><p:nvSpPr><p:cNvPr id="5" hidden="1"/></p:nvSpPr><p:txBody><a:p><a:r><a:t>secret</a:t></a:r></a:p></p:txBody></p:sp>
      <mc:AlternateContent><mc:Choice>${shape(['once'])}</mc:Choice><mc:Fallback>${shape(['once'])}</mc:Fallback></mc:AlternateContent>`
    const { text, notices } = await read(
      pptx([{ shapes, relations: [['c', 'chart', '../c.xml']] }], {
        'ppt/c.xml': '<c><c:v>Costs</c:v></c>',
      }),
      'a.pptx',
    )
    expect(text).toBe('A plan of the harbour\n\nCosts\n\nonce')
    expect(notices).toMatchObject([{ code: 'embedded_left_out', count: 1 }])
  })

  test('without text, or cut off, is refused', async () => {
    expect((await failureOf(pptx([{ shapes: '<p:pic/>' }]), 'a.pptx'))?.code).toBe('no_text')
    expect((await failureOf(pptx([]).subarray(0, 600), 'a.pptx'))?.code).toBe('damaged')
    const bomb = pptx([{ shapes: `<!ENTITY a "b">${shape(['x'])}` }])
    expect((await failureOf(bomb, 'a.pptx'))?.code).toBe('entity_bomb')
  })
})

const frame = (words: string, kind = 'outline') =>
  `<draw:frame presentation:class="${kind}"><draw:text-box><text:p>${words}</text:p></draw:text-box></draw:frame>`

test('an OpenDocument presentation has its slides as pages', async () => {
  const { text, pages, headings, notices } = await read(
    openDocument({
      kind: 'presentation',
      automatic:
        '<style:style style:name="h"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>',
      body: `<draw:page>${frame('Body')}${frame('The merger', 'title')}${frame('7', 'page-number')}
        <presentation:notes>${frame('Say it slowly', 'notes')}</presentation:notes></draw:page>
        <draw:page draw:style-name="h">${frame('secret')}</draw:page><draw:page>${frame('Last')}</draw:page>`,
    }),
    'a.odp',
  )
  expect(text).toBe('The merger\n\nBody\n\nNotes: Say it slowly\n\nLast')
  expect(pages.map(({ page }) => page)).toEqual([1, 3])
  expect(headings.map(({ text: words }) => words)).toEqual(['The merger'])
  expect(notices).toMatchObject([{ code: 'hidden_slides_left_out', count: 1 }])
})
