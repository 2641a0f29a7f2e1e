import { expect, test } from 'vitest'

import { read } from '../support/documents/reading.ts'

const FONTS = String.raw`{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset2 Symbol;}{\f2\fcharset2\fprq2{\*\panose 05}Wingdings;}{\f3\fcharset2 Code 39;}
{\f4\fcharset255 Terminal;}{\f5\fcharset78 Osaka;}{\f6\fcharset0\cpg852 Old;}{\f7\fcharset88 Geneva CE;}}`

const rtf = (body: string, head = String.raw`\ansi`) =>
  new Uint8Array(Buffer.from(String.raw`{\rtf1${head}\deff0${FONTS}${body}}`, 'latin1'))

async function textOf(body: string, head?: string): Promise<string> {
  return (await read(rtf(body, head), 'a.rtf')).text
}

test.each([
  [
    'boxes of Wingdings',
    String.raw`{\f2\'fe} yes {\f2\'a8} no {\f2 o} later`,
    '☑ yes ☐ no ☐ later',
  ],
  ['letters of Symbol', String.raw`{\f1 a} = {\f1\'b1}5 {\f1\u-3913 ?} x`, 'α = ±5 • x'],
  ['a font of letters', String.raw`{\f3 12a}`, '12a'],
  ['a code page of DOS', String.raw`\f4 K\'94ln \f6 \'88\'a2d\'ab`, 'Köln łódź'],
  ['fonts of old Macs', String.raw`\f5 \'8c\'5f \f7 P\'de\'92`, '契 Pří'],
])('an RTF shows %s', async (_, body, text) => {
  expect(await textOf(body)).toBe(text)
})

test.each([
  [String.raw`\pc`, String.raw`K\'94ln \'e4`, 'Köln Σ'],
  [String.raw`\pca`, String.raw`K\'94ln \'b8`, 'Köln ©'],
  [String.raw`\ansi\ansicpg852`, String.raw`\'88\'a2d\'ab`, 'łódź'],
])('an RTF of the encoding %s is read', async (head, body, text) => {
  expect(
    (await read(new Uint8Array(Buffer.from(`{\\rtf1${head} ${body}}`, 'latin1')), 'a.rtf')).text,
  ).toBe(text)
})

test('words of a lettering and of a formula are read, hidden ones are named', async () => {
  const body = String.raw`\pard Draft of {\shp{\*\shpinst{\sp{\sn wzName}{\sv Shape 1}}{\sp{\sn gtextUNICODE}{\sv CONFIDENTIAL}}}}\par
\pard{\mmath{\*\moMath{\mf{\mfPr{\mctrlPr\f0}}{\mnum{\mr a}}{\mden{\mr b}}}}}\par
\pard Seen {\v one {\b and} two}{\deleted gone} and {\v more} seen.\par`
  const { text, notices } = await read(rtf(body), 'a.rtf')
  expect(text.split(/\n+/)).toEqual(['Draft of', 'CONFIDENTIAL', 'a/b', 'Seen and seen.'])
  expect(notices).toMatchObject([{ code: 'hidden_text_left_out', count: 2 }])
})

test.each([
  ['Microsoft Word - Lease.doc', undefined],
  ['lease.rtf', undefined],
  ['Lease of the harbour', 'Lease of the harbour'],
])('the title of an RTF is no name of a file: %s', async (title, expected) => {
  expect((await read(rtf(String.raw`{\info{\title ${title}}}Words`), 'a.rtf')).title).toBe(expected)
})
