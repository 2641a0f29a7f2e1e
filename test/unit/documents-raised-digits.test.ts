import { describe, expect, test } from 'vitest'

import { linesOf } from '../../src/pipelines/documents/read/pdf/lines.ts'
import { docx } from '../support/documents/docx.ts'
import { utf8 } from '../support/documents/plain-files.ts'
import { read } from '../support/documents/reading.ts'
import { processorMs } from '../support/processor-time.ts'

const run = (text: string, raised = false) =>
  `<w:r>${raised ? '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>' : ''}<w:t>${text}</w:t></w:r>`

function item(str: string, [x, y, height]: readonly [number, number, number]) {
  const transform = [height, 0, 0, height, x, y]
  return { str, width: str.length * 5, height, transform, hasEOL: false }
}

async function textOf(html: string): Promise<string> {
  return (await read(utf8(`<html><body>${html}</body></html>`), 'a.html')).text
}

describe('raised digits after a digit are no digits of its number', () => {
  test.each([
    ['Art. 12<sup>2</sup> applies', 'Art. 12² applies'],
    ['Art. 12<sup><a href="#n">13</a></sup>', 'Art. 12¹³'],
    // Programs divide a raised number into several pieces.
    ['Art. 12<sup>1</sup><sup>3</sup> applies', 'Art. 12¹³ applies'],
    ['10<sup>-3</sup> and 10<sup>−12</sup>', '10⁻³ and 10⁻¹²'],
    ['50 m<sup>2</sup>, the 1<sup>st</sup>', '50 m2, the 1st'],
    ['in 2012 <sup>2</sup>', 'in 2012 2'],
    ['H<sub>2</sub>O, 12<sub>2</sub>', 'H2O, 122'],
    ['5<br><sup>1</sup> A note', '5\n1 A note'],
    ['<table><tr><td>5<td><sup>1</sup>A</table>', '5\t1A'],
    ['</sup></sup>12<sup>2</sup>3', '12²3'],
  ])('on a page: %s', async (html, text) => {
    expect(await textOf(`<div>${html}</div>`)).toBe(text)
  })

  test('in a DOCX', async () => {
    const runs = [
      run('Art. 12'),
      run('2', true),
      run('7', true),
      run(' and 13'),
      run('4'),
      run(' m'),
      run('2', true),
    ]
    const body = `<w:p>${runs.join('')}</w:p><w:p>${run('5')}</w:p><w:p>${run('1', true)}</w:p>`
    expect((await read(docx({ body }), 'a.docx')).text).toMatch(/^Art. 12²⁷ and 134 m2\n+5\n+1$/)
  })

  test.each([
    ['Art. 12{\\super 2} applies', 'Art. 12² applies'],
    ['Art. 12\\super 13\\nosupersub , 14', 'Art. 12¹³, 14'],
    ['10{\\up6 -3}{\\sub 4}', '10⁻³4'],
    ['m{\\super 2} 5\\par {\\super 1} A note', 'm2 5\n\n1 A note'],
    ['12\\super0 3\\super\\plain 4', '1234'],
  ])('in an RTF: %s', async (body, text) => {
    expect((await read(utf8(`{\\rtf1\\ansi ${body}}`), 'a.rtf')).text).toBe(text)
  })

  test('in a PDF', () => {
    const items = [
      item('Art. 12', [72, 700, 10]),
      item('2', [107, 704, 6]),
      item(' applies', [111, 700, 10]),
    ]
    expect(linesOf(items)[0]?.text).toBe('Art. 12² applies')
  })

  test('in linear time', async () => {
    const html = '<sup>1'.repeat(50_000)
    expect(await processorMs(() => textOf(html))).toBeLessThan(4_000)
    expect(await textOf(`${'1'.repeat(50_000)}<sup>${'1'.repeat(50_000)}</sup>`)).toHaveLength(
      100_000,
    )
  })
})
