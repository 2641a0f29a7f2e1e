import { describe, expect, test } from 'vitest'

import { closeLetters } from '../../src/pipelines/documents/text/spaced-letters.ts'
import { pdf } from '../support/documents/pdf.ts'
import { read } from '../support/documents/reading.ts'
import { processorMs } from '../support/processor-time.ts'

/** For a text of a million characters. */
const LINEAR_MS = 1_000

describe('letters of a word that is spaced out are read as the word', () => {
  test.each([
    ['V E R T R A G', 'VERTRAG'],
    ['U R T E I L :', 'URTEIL :'],
    ['§ 5  K Ü N D I G U N G', '§ 5  KÜNDIGUNG'],
    ['T a b l e   o f   C o n t e n t s', 'Table of Contents'],
    ['I M  N A M E N  D E S  V O L K E S', 'IM NAMEN DES VOLKES'],
    ['Der K l ä g e r hat Recht.', 'Der Kläger hat Recht.'],
    ['Д О Г О В О Р', 'ДОГОВОР'],
    ['Σ Υ Μ Β Α Σ Η', 'ΣΥΜΒΑΣΗ'],
    ['É\u00a0T\u00a0U\u00a0D\u00a0E', 'ÉTUDE'],
  ])('%s', (given, shown) => {
    expect(closeLetters(given)).toBe(shown)
  })
})

describe('other letters stay apart', () => {
  test.each([
    'A B C D E F',
    'a b c d e f g',
    'B A C D A B',
    'J F M A M J J A S O N D',
    'M T W T F S S',
    'I V X L',
    'A C G T T A',
    'x x x x x',
    'a e i o u',
    'N O S W',
    'I M N A M E N D E S V O L K E S',
    'See J. R. R. Tolkien, or a b and c.',
    'Plan A or B',
    'D e R a',
    '私 は 本 を 読 む',
    'ש ל ו ם',
  ])('%s', (given) => {
    expect(closeLetters(given)).toBe(given)
  })
})

test('no text takes long', async () => {
  for (const given of ['a b, ', 'a  b ', 'a b ', 'V E R T R A G, ']) {
    const text = given.repeat(200_000)
    expect(await processorMs(() => closeLetters(text))).toBeLessThan(LINEAR_MS)
  }
})

test.each([1, 2, 3, 6, 10])('in a PDF whose letters stand %d points apart', async (spacing) => {
  const lines = [
    { text: 'IM NAMEN DES VOLKES', x: 72, y: 700, size: 12, spacing },
    { text: 'VERTRAG', x: 72, y: 640, size: 12, spacing },
    { text: 'The tenant pays the rent in May.', x: 72, y: 580 },
  ]
  const { text } = await read(pdf({ pages: [lines] }), 'a.pdf')
  expect(text.split(/\n+/)).toEqual(lines.map((line) => line.text))
})

test.each([
  ['a.txt', 'U R T E I L\n\nThe rent is due.'],
  ['a.md', '# U R T E I L\n\nThe rent is due.'],
  ['a.html', '<html><body><h1>U R T E I L</h1><p>The rent is due.</p></body></html>'],
])('in %s', async (name, text) => {
  expect((await read(new TextEncoder().encode(text), name)).text).toBe('URTEIL\n\nThe rent is due.')
})
