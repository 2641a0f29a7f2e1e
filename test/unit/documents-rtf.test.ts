import { describe, expect, test } from 'vitest'

import { latin1 } from '../support/documents/pdf.ts'
import { read } from '../support/documents/reading.ts'
import { refusalOf } from '../support/documents/unreadable.ts'
import { processorMs } from '../support/processor-time.ts'

function rtf(body: string, head = '\\ansi\\ansicpg1252'): Uint8Array {
  return latin1(`{\\rtf1${head}${body}}`)
}

const textOf = async (body: string, head?: string) => (await read(rtf(body, head), 'a.rtf')).text

describe('an RTF', () => {
  test.each([
    ['paragraphs and lines', ' One\\par\r\nTwo\\line three\\par', 'One\n\nTwo\nthree'],
    [
      'its signs',
      ' a\\~b\\_c\\-d \\{x\\} \\\\ \\emdash  \\lquote y\\rquote',
      'a b-cd {x} \\ — ‘y’',
    ],
    ['bytes of its code page', " \\'a7 12 Gr\\'f6\\'dfe", '§ 12 Größe'],
    ['characters of Unicode', ' \\u8364? \\uc2\\u-10179??\\u-8704?? \\uc0\\u228 x', '€ 😀 äx'],
    ['words that are struck or hidden', ' a{\\v no}{\\deleted no}\\v no\\v0  b', 'a b'],
    ['fields', ' {\\field{\\*\\fldinst HYPERLINK "x"}{\\fldrslt here}}', 'here'],
    [
      'the numbers of lists',
      ' {\\listtext 1.\\tab}One\\par{\\pntext 2.\\tab}Two',
      '1. One\n\n2. Two',
    ],
    [
      'tables',
      ' Before\\par\\trowd\\intbl Fee\\cell EUR 20\\cell\\row\\trowd\\intbl Term\\cell One year\\cell\\row\\pard After',
      'Before\n\nFee\tEUR 20\nTerm\tOne year\n\nAfter',
    ],
    [
      'notes',
      ' Law{\\super\\chftn{\\footnote\\chftn  The act.}} here.\\par',
      'Law[1] here.\n\n[1] The act.',
    ],
    ['notes that are starred', ' Law{\\*\\footnote The act.}', 'Law[1]\n\n[1] The act.'],
    [
      'headers and footers once',
      '{\\header Harbour Ltd.\\par}{\\footer Page \\chpgn\\par}{\\footer Draft}{\\headerf Harbour Ltd.} Words',
      'Harbour Ltd.\n\nWords\n\nDraft',
    ],
    [
      'text boxes',
      ' a{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 1}}{\\shptxt In the box\\par}}} b',
      'a\n\nIn the box\n\nb',
    ],
    [
      'ticks and choices of forms',
      ' {\\*\\formfield{\\fftype1\\ffres25\\ffdefres1}}{\\*\\formfield{\\fftype2\\ffres1{\\*\\ffl no}{\\*\\ffl yes}}}',
      '☒yes',
    ],
    [
      'nothing of what is no text',
      '{\\*\\generator X;}{\\pict 0102}{\\info{\\author Y}} Words\\bin3 {{{!',
      'Words!',
    ],
  ])('has %s', async (_, body, shown) => {
    expect(await textOf(body)).toBe(shown)
  })

  test.each([
    ['windows-1251', "\\'c4\\'ee\\'e3\\'ee\\'e2\\'ee\\'f0", 204, 'Договор'],
    ['Shift-JIS', "\\'8c\\'5f\\'96\\'f1", 128, '契約'],
    ['windows-1250', "\\'f8\\'edzen\\'ed", 238, 'řízení'],
  ])('has the letters of its fonts: %s', async (...[, bytes, charset, shown]) => {
    const fonts = `{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset${charset} Arial;}}`
    expect(await textOf(`${fonts}\\f1 ${bytes}\\f0  x`)).toBe(`${shown} x`)
  })

  test('has its headings, its title and its pages', async () => {
    const body =
      '{\\stylesheet{\\s1 heading 1;}{\\s2\\outlinelevel1 Mine;}}{\\info{\\title The lease}}' +
      '\\pard\\s1 Scope\\par\\pard One\\par\\page\\pard\\s2 Term\\par\\pard\\outlinelevel2 Notice\\par'
    const { headings, title, pages, text } = await read(rtf(body), 'a.rtf')
    expect(headings.map(({ level, text: words }) => [level, words])).toEqual([
      [1, 'Scope'],
      [2, 'Term'],
      [3, 'Notice'],
    ])
    expect(title).toBe('The lease')
    expect(pages).toEqual([
      { page: 1, start: 0 },
      { page: 2, start: text.indexOf('Term') },
    ])
  })

  test('counts what it leaves out', async () => {
    const body = ' x{\\*\\annotation no}{\\object{\\*\\objdata 01}{\\result shown}}'
    const { notices, text, unpaged } = await read(rtf(body), 'a.rtf')
    expect(text).toBe('xshown')
    expect(notices?.map(({ code }) => code)).toEqual(['embedded_left_out', 'comments_left_out'])
    expect(unpaged).toBe(true)
  })

  test.each([
    ['damaged', 'cut off', '{\\rtf1 One{\\b two}'],
    ['damaged', 'of groups alone', `{\\rtf1${'{'.repeat(100_000)}`],
    ['no_text', 'without text', '{\\rtf1{\\pict 01}}'],
    ['too_large', 'of more bytes than a text may have', `{\\rtf1 ${'x'.repeat(10_000_001)}}`],
  ])('is refused as %s: one %s', async (code, _, source) => {
    const refusal = await refusalOf({ name: 'a.rtf', bytes: () => latin1(source) })
    expect(refusal.code).toBe(code)
    expect(refusal.cpu_ms).toBeLessThan(2_000)
  })

  test('of ten million bytes costs little', async () => {
    const body = `\\pard\\f0\\fs20 {\\b words} of \\'e4 text\\par\r\n`.repeat(100_000)
    const spent = await processorMs(async () => {
      expect((await textOf(body)).length).toBeGreaterThan(1_000_000)
    })
    expect(spent).toBeLessThan(8_000)
  })
})
