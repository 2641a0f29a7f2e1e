import { describe, expect, test } from 'vitest'

import { chunkText } from '../../src/pipelines/documents/chunk/chunk.ts'
import type { Extracted, Heading } from '../../src/pipelines/documents/text/extracted.ts'

const limits = { chars: 200, overlap: 40 }

/** Makes a text. Its lines that begin with # are headings. */
function extracted(text: string): Extracted {
  const headings: Heading[] = [...text.matchAll(/^(#+) (.+)$/gm)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
    level: found[1]?.length ?? 1,
    text: found[2] ?? '',
  }))
  return { text, pages: [{ page: 1, start: 0 }], headings }
}

function textsOf(text: string): string[] {
  return chunkText(extracted(text), limits).map((chunk) => chunk.text)
}

/** Makes a sentence of so many characters. */
function sentence(chars: number): string {
  return `${'Word '
    .repeat(chars)
    .slice(0, chars - 2)
    .trimEnd()}s.`.padStart(chars, 'W')
}

describe('the places at which a text is divided', () => {
  test('a heading begins a chunk, and never ends one', () => {
    const [one, two] = [sentence(120), sentence(120)]
    expect(textsOf(`# A\n\n${one}\n\n# B\n\n${two}`)).toEqual([`# A\n\n${one}`, `# B\n\n${two}`])
  })

  test('a text that is too long keeps its heading with its first part', () => {
    const [first] = textsOf(`# A\n\n## B\n\n${sentence(150)} ${sentence(150)}`)
    expect(first).toBe(`# A\n\n## B\n\n${sentence(150)}`)
  })

  test('short sections join as long as whole ones fit', () => {
    const short = sentence(30)
    const joined = `# A\n\n${short}\n\n# B\n\n${short}`
    expect(textsOf(`${joined}\n\n# C\n\n${sentence(180)}`)).toEqual([
      joined,
      `# C\n\n${sentence(180)}`,
    ])
  })

  test.each([
    ['1. ', '2. '],
    ['§ 5 ', '§ 6 '],
    ['Article 3 ', 'Article 4 '],
    ['Art. 12 ', 'Art. 13 '],
    ['1.1 ', '1.2 '],
    ['(1) ', '(2) '],
    ['(a) ', '(b) '],
    ['- ', '- '],
  ])('a clause begins a chunk: %s', (first, second) => {
    const [one, two] = [`${first}${sentence(120)}`, `${second}${sentence(120)}`]
    expect(textsOf(`${one}\n${two}`)).toEqual([one, two])
  })

  test('an article takes precedence over the clauses in it', () => {
    const [one, two, three] = [sentence(50), sentence(50), sentence(60)]
    const article = `1. Term\n1.1 ${one}\n1.2 ${two}`
    expect(textsOf(`${article}\n2. Rent\n2.1 ${three}`)).toEqual([article, `2. Rent\n2.1 ${three}`])
  })

  test('a line that only mentions a section does not begin one', () => {
    const text = `The duties that are laid down in\nSection 5 of this contract, and in\nArticle 7, remain.`
    expect(chunkText(extracted(`${text} ${sentence(60)}`), limits)).toHaveLength(1)
    expect(chunkText(extracted(text), { chars: 60, overlap: 0 })[0]?.headings).toEqual([])
  })

  test('chunks of separate paragraphs overlap by whole sentences if there is room', () => {
    const last = 'This is the last sentence.'
    const [one, two] = textsOf(`${sentence(150)} ${last}\n\n${sentence(120)}`)
    expect(one?.endsWith(last)).toBe(true)
    expect(two).toBe(`${last}\n\n${sentence(120)}`)
  })

  test('a paragraph that is too long is divided after a sentence, with an overlap', () => {
    const text = Array.from({ length: 12 }, (_, i) => `Sentence ${i} says nothing new.`).join(' ')
    for (const chunk of textsOf(text)) {
      expect(chunk).toMatch(/^Sentence \d+ says/)
      expect(chunk).toMatch(/new\.$/)
    }
    expect(textsOf(text)[1]).toMatch(/^Sentence 5 /)
  })

  test.each(['Art. 5', 'No. 7', 'z.B. X', 'e.g. Y', 'am 3. Januar', 'J. Smith', 'Abs. 2'])(
    '%s does not end a sentence',
    (within) => {
      const text = `${sentence(110)} ${'Word '.repeat(6)}${within} ${'more '.repeat(40)}`
      const [first] = textsOf(text)
      expect(first).toBe(sentence(110))
    },
  )

  test('a text without sentences is divided between words', () => {
    const text = 'word '.repeat(200).trim()
    for (const chunk of textsOf(text)) expect(chunk).toMatch(/^word.*word$/)
  })

  test('a word that is too long is divided between characters', () => {
    const family = '👩‍👩‍👧‍👦'
    const [first] = textsOf(family.repeat(50))
    expect(first?.length).toBeGreaterThan(180)
    expect((first?.length ?? 0) % family.length).toBe(0)
  })

  test('one character that is too long is divided between code points', () => {
    const chunks = textsOf(`x${'\u{1d165}'.repeat(500)}`)
    for (const chunk of chunks) expect(chunk.isWellFormed()).toBe(true)
  })
})

describe('a chunk has', () => {
  test('the headings above it', () => {
    const long = sentence(150)
    const text = `# T\n\n## A\n\n${long}\n\n### B\n\n${long}\n\n## C\n\n${long} ${long}`
    expect(chunkText(extracted(text), limits).map(({ headings }) => headings)).toEqual([
      ['T', 'A'],
      ['T', 'A', 'B'],
      ['T', 'C'],
      ['T', 'C'],
    ])
  })

  test("an article's title below the headings of the document", () => {
    const text = `# Lease\n\n§ 5 Notice\n(1) ${sentence(150)}\n(2) ${sentence(150)}`
    expect(chunkText(extracted(text), limits).map(({ headings }) => headings)).toEqual([
      ['Lease', '§ 5 Notice'],
      ['Lease', '§ 5 Notice'],
    ])
  })

  test('the pages that it is on', () => {
    const text = Array.from({ length: 3 }, () => sentence(150)).join('\n\n')
    const pages = [0, 160, 400].map((start, i) => ({ page: i + 1, start }))
    expect(
      chunkText({ text, pages, headings: [] }, limits).map((chunk) => [chunk.page, chunk.page_end]),
    ).toEqual([
      [1, 1],
      [1, 2],
      [2, 3],
    ])
  })

  test('more than white space', () => {
    expect(textsOf('')).toEqual([])
    expect(textsOf(' \n\t\n\u00a0\u2003\n ')).toEqual([])
  })
})
