import { array, assert, asyncProperty, constantFrom } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { documentKind } from '../../src/pipelines/documents/read/document-kind.ts'
import { docx, paragraph } from '../support/documents/docx.ts'
import { pdf, typed } from '../support/documents/pdf.ts'
import { read } from '../support/documents/reading.ts'
import { processorMs } from '../support/processor-time.ts'

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function bytesOf(text: string, encoding: 'latin1' | 'utf16le'): Uint8Array {
  return new Uint8Array(Buffer.from(text, encoding))
}

function bigEndian(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf16le').swap16())
}

describe('the kind of a file', () => {
  const page = '<!doctype html><html><body>x</body></html>'
  test.each([
    ['pdf', 'a.docx', pdf({ pages: [typed(['x'])] })],
    ['docx', 'a.pdf', docx({ body: paragraph('x') })],
    ['html', 'a.txt', utf8(page)],
    ['html', 'a', bytesOf(`\ufeff${page}`, 'utf16le')],
    ['html', 'a.htm', utf8('<p>x</p>')],
    ['text', 'a.txt', utf8('<p>x</p>')],
    ['text', 'a.txt', utf8('It begins with %PDF-1.7, says the specification.')],
    ['markdown', 'A.MD', utf8('<div>x</div>')],
    ['text', 'a', utf8('# x')],
  ])('is %s, whatever its name is: %s', (kind, name, bytes) => {
    expect(documentKind(bytes, name)).toBe(kind)
  })
})

describe('plain text', () => {
  const words = 'Règlement “§ 5” – Ärzte\r\nzwei'
  const shown = 'Règlement “§ 5” – Ärzte\nzwei'
  test.each([
    ['UTF-8', utf8(words)],
    ['UTF-8 with its mark', utf8(`\ufeff${words}`)],
    ['UTF-16 with its mark', bytesOf(`\ufeff${words}`, 'utf16le')],
    ['UTF-16', bytesOf(words, 'utf16le')],
    ['UTF-16 the other way with its mark', bigEndian(`\ufeff${words}`)],
    ['UTF-16 the other way', bigEndian(words)],
    ['windows-1252', bytesOf('R\xe8glement \x93\xa7 5\x94 \x96 \xc4rzte\r\nzwei', 'latin1')],
  ])('is read in %s', async (_, bytes) => {
    expect((await read(bytes, 'a.txt')).text).toBe(shown)
  })

  test('is UTF-8 even if it has a bad byte among many good ones', async () => {
    const bytes = Uint8Array.from([...utf8('ä'.repeat(50)), 0xe4])
    expect((await read(bytes, 'a.txt')).text).toBe(`${'ä'.repeat(50)}\ufffd`)
  })

  test('keeps its lines and indents, and at most one blank line', async () => {
    const text = '  CONTRACT\n\n\n\n1. Term  \n   two years\fpage two\v\u2028x'
    expect((await read(utf8(text), 'a.txt')).text).toBe(
      '  CONTRACT\n\n1. Term\n   two years\npage two\n\nx',
    )
  })

  test('has no invisible characters', async () => {
    const text = 'Daten\u00adschutz\u0000 im\u00a0Betrieb\ufeff e\u0301 \u0007'
    expect((await read(utf8(text), 'a.txt')).text).toBe('Datenschutz im Betrieb é')
  })

  test('has one page', async () => {
    const { pages } = await read(utf8('a\fb'), 'a.txt')
    expect(pages).toEqual([{ page: 1, start: 0 }])
  })
})

describe('Markdown', () => {
  test('has its headings, and its words without markup', async () => {
    const source = `---
title: "The Policy"
---
# The *Policy* #

Some **bold** words, [a link](https://a.test/x "y") and \`code_x\`, snake_case_word, 2 * 3 * 4.
<!-- nobody's -->
Second
------

- a <span class="x">point</span> &amp; more\\
1. first

\`\`\`sh
# no heading
\`\`\`

### Third`
    const { text, headings, title } = await read(utf8(source), 'a.md')
    expect(title).toBe('The Policy')
    expect(text).toBe(`The Policy

Some bold words, a link and code_x, snake_case_word, 2 * 3 * 4.

Second

- a point & more
1. first

# no heading

Third`)
    expect(headings.map(({ level, text: words }) => [level, words])).toEqual([
      [1, 'The Policy'],
      [2, 'Second'],
      [3, 'Third'],
    ])
  })

  test.each([
    ['marks', '*'.repeat(400_000)],
    ['back-quotes', `${'`'.repeat(15_000)}\n`.repeat(20)],
    ['brackets', `${'[('.repeat(9_000)}\n`.repeat(20)],
    ['comments', '<!--'.repeat(100_000)],
    ['hashes', `# ${' '.repeat(100_000)}#x`],
    ['spaces', ` ${' '.repeat(200_000)}x`],
  ])('that is made of %s to be slow costs little', async (_, source) => {
    const spent = await processorMs(async () => {
      await read(utf8(`words ${source} words`), 'a.md')
      await read(utf8(source + 'words'), 'a.md')
    })
    expect(spent).toBeLessThan(2_000)
  })
})

function recital(at: number, sentence: string): string {
  return `<table><tr><td><p>(${at})</p></td><td><p>Recital ${at}: ${sentence}</p></td></tr></table>`
}

describe('HTML', () => {
  const sentence = 'We bake bread, rolls and cakes, every morning, for the whole of the town.'

  test('is its main text, with its headings', async () => {
    const menu = `<nav>${'<a href="/x">Menu</a>'.repeat(20)}</nav>`
    const article = `<article><h1>Bread</h1><h2>How it is made</h2><p>${sentence}</p><p>${sentence.repeat(9)}</p></article>`
    const html = `<!doctype html><html><head><title>Our bread</title></head><body>${menu}<main>${article}</main><footer>Imprint</footer></body></html>`
    const { text, headings, title } = await read(utf8(html), 'a.html')
    expect(title).toBe('Our bread')
    expect(headings.map(({ text: words }) => words)).toContain('How it is made')
    expect(text).toContain(`\n\n${sentence}\n\n`)
    expect(text).not.toMatch(/Menu|Imprint/)
  })

  test('is the whole text if the main text would leave something out', async () => {
    const html = `<html><body><script>no()</script>${Array.from({ length: 40 }, (_, at) => recital(at, sentence)).join('')}</body></html>`
    const { text } = await read(utf8(html), 'a.html')
    for (let at = 0; at < 40; at++) expect(text).toContain(`(${at})\tRecital ${at}: ${sentence}`)
    expect(text).not.toContain('no()')
  })

  test('that opens a hundred thousand menus takes no longer for each end tag', async () => {
    const html = `<p>Our terms</p>${'<nav>'.repeat(100_000)}${'</b></aside>'.repeat(100_000)}`
    const spent = await processorMs(async () => {
      expect((await read(utf8(html), 'a.html')).text).toBe('Our terms')
    })
    expect(spent).toBeLessThan(3_000)
  })

  test('has preformatted text line by line', async () => {
    const html = `<html><body><h3>Terms</h3><pre>1. a\n2. b</pre><ul><li>x</li><li>y</li></ul></body></html>`
    expect((await read(utf8(html), 'a.html')).text).toBe('Terms\n\n1. a\n2. b\n\nx\ny')
  })

  test.each([
    ['its own word', bytesOf('<html><meta charset=iso-8859-1><body>\xe4</body></html>', 'latin1')],
    ['its look', bytesOf('<html><body>\xe4</body></html>', 'latin1')],
    ['default', utf8('<html><body>ä</body></html>')],
  ])('is read in the encoding that %s says', async (_, bytes) => {
    expect((await read(bytes, 'a.html')).text).toBe('ä')
  })

  test('whose menu is never closed is read nevertheless', async () => {
    const html = `<html><body><nav>Menu<p>${sentence}</p></body></html>`
    expect((await read(utf8(html), 'a.html')).text).toContain(sentence)
  })
})

describe('any text', () => {
  test('shows the signs of symbol fonts, and a lone one as the point of a list', async () => {
    const lines = '\uf095 First\n\uf0fe done\nsee\uf0fd here\nab\ue123c'
    expect((await read(utf8(lines), 'a.txt')).text).toBe('• First\n☑ done\nsee☒ here\nab\ue123c')
  })

  test('is well-formed and in NFC, without NUL or carriage returns, and contains its headings', async () => {
    const pieces = [
      '# a',
      '\r\n',
      '\n\n',
      'e\u0301',
      '\u0301',
      '\0',
      '\f',
      '<b>',
      '<h2>',
      '</h2>',
      '|',
      '\t',
      '中',
      '\u1100',
      '\u1161',
      '**',
      '---\n',
      '😀',
      'word ',
    ]
    await assert(
      asyncProperty(
        array(constantFrom(...pieces), { maxLength: 30 }),
        constantFrom('a.md', 'a.html', 'a.txt'),
        async (parts, name) => {
          const source = `<html><body>words${parts.join('')}`
          const { text, headings, pages } = await read(utf8(source), name)
          expect(text.isWellFormed()).toBe(true)
          expect(text).toBe(text.normalize('NFC'))
          expect(text).not.toMatch(/[\0\r\f]|\n{3}|\s$/)
          expect(pages[0]?.start).toBe(0)
          for (const { start, end, text: words } of headings)
            expect(text.slice(start, end).replaceAll(/\s+/g, ' ')).toBe(words)
        },
      ),
      { numRuns: 300 },
    )
  })
})
