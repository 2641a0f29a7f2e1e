import { describe, expect, test } from 'vitest'

import { read } from '../support/documents/reading.ts'

async function textOf(source: string): Promise<string> {
  return (await read(new TextEncoder().encode(source), 'a.md')).text
}

async function headingsOf(source: string): Promise<(readonly [number, string])[]> {
  const { headings } = await read(new TextEncoder().encode(source), 'a.md')
  return headings.map(({ level, text }) => [level, text] as const)
}

describe('the words of Markdown', () => {
  test.each([
    ['code, whose marks are text', 'Call `__init__` and `*args`', 'Call __init__ and *args'],
    ['code with back-quotes in it', '`` a`b ``', 'a`b'],
    ['code that is never closed', 'a `b *c*', 'a `b c'],
    ['code with an entity and an escape', '`&amp; \\*`', '&amp; \\*'],
    ['emphasis within strong words', '**all *of* it**', 'all of it'],
    ['strong words within emphasis', '*all **of** it*', 'all of it'],
    ['both at once', '***all***, ___all___', 'all, all'],
    ['emphasis over two lines', '**all\nof it**', 'all\nof it'],
    ['emphasis within a word', 'un*frigging*believable', 'unfriggingbelievable'],
    ['names with underscores', 'snake_case_word and __name', 'snake_case_word and __name'],
    ['stars that are a product', '2 * 3 * 4 and 2*x', '2 * 3 * 4 and 2*x'],
    ['a blank to fill in', 'of *____________.*', 'of ____________.'],
    ['deleted text', '~~thirty~~ sixty days', 'thirty sixty days'],
    ['an escape', '\\*not\\* \\_this\\_ 1\\. \\#', '*not* _this_ 1. #'],
    ['a backslash that escapes nothing', 'C:\\temp\\new', 'C:\\temp\\new'],
    ['entities', '&copy; AT&amp;T &#167; &#xA7; &nosuch;', '© AT&T § § &nosuch;'],
    ['a link', 'see [the *terms*](https://a.test/x_(y) "T") now', 'see the terms now'],
    ['a link by name', '[the terms][t], [t][] and [t]\n\n[t]: /x "y"', 'the terms, t and t'],
    ['a name that no link has', '[Company] shall [pay][all]', '[Company] shall [pay][all]'],
    ['an image', '![our *logo*](logo.png) Acme', 'our logo Acme'],
    ['an image in a link', '[![logo](a.png)](/home)', 'logo'],
    ['addresses', '<https://a.test/?a=1&b=2> <me@a.test>', 'https://a.test/?a=1&b=2 me@a.test'],
    ['a bare address', 'at https://a.test/a_b_c', 'at https://a.test/a_b_c'],
    ['tags', 'a <span class="x">b</span><!-- c --> d', 'a b d'],
    ['text that only looks like a tag', 'a < b > c, <1>', 'a < b > c, <1>'],
    ['hard breaks', 'a  \nb\\\nc<br>d<br/>e', 'a\nb\nc\nd\ne'],
    ['a footnote’s number', 'Pay[^1] now[^note].', 'Pay[1] now[note].'],
  ])('are those that a reader sees: %s', async (_, source, shown) => {
    expect(await textOf(source)).toBe(shown)
  })
})

describe('the blocks of Markdown', () => {
  test.each([
    ['a rule', 'a\n\n***\n\nb', 'a\n\nb'],
    ['a quotation', '> a\n> b\n>\n> > c\n\nd', 'a\nb\n\nc\n\nd'],
    ['a list', '- a\n* b\n+ c', '- a\n* b\n+ c'],
    ['a list’s own numbers', '7. a\n8. b\n   1) c', '7. a\n8. b\n1) c'],
    ['a list within a list', '- a\n  - b\n\n    c\n- d', '- a\n\n- b\n\nc\n\n- d'],
    ['a list of tasks', '- [x] a\n- [ ] b', '- [x] a\n- [ ] b'],
    ['an item of code', '1.     a\n       b', '1. a\nb'],
    ['a table', '| a | *b* |\n|---|:-:|\n| c \\| d | `e` |', 'a\tb\nc | d\te'],
    ['no table', '| a | b |', '| a | b |'],
    ['a fence', '```sh\n# a\n  *b*\n\n~~~\n```\nc', '# a\n  *b*\n\n~~~\n\nc'],
    ['a fence that is never closed', 'a\n~~~\n*b*', 'a\n\n*b*'],
    ['code by its indent', 'a\n\n    *b*\n      c\n\nd', 'a\n\n*b*\n  c\n\nd'],
    ['HTML', '<div>\n<p>a &amp; <b>b</b></p>\n<p>c</p>\n</div>\n\n*d*', 'a & b\n\nc\n\nd'],
    ['a table of HTML', '<table><tr><td>a</td><td>b</td></tr></table>', 'a\tb'],
    ['HTML around Markdown', '<details>\n\n**a**\n\n</details>\n\nb', 'a\n\nb'],
    ['a script', 'a\n\n<script>\nno()\n\nno()\n</script>\n\nb', 'a\n\nb'],
    ['a comment', 'a\n\n<!-- b\n\nc -->\n\nd', 'a\n\nd'],
    ['a comment in code', '```\n<!-- a -->\n```', '<!-- a -->'],
    ['a comment that is never closed', 'a\n\n<!-- b\n\nc', 'a\n\n<!-- b\n\nc'],
    ['a style that is never closed', '<style>\na\n\nb', 'a\n\nb'],
    ['a footnote', 'a[^1]\n\n[^1]: b\n\n    c\n\nd', 'a[1]\n\n[1] b\n\nc\n\nd'],
    ['a footnote of one word', 'a[^1]\n\n[^1]: b', 'a[1]\n\n[1] b'],
  ])('are those that a reader sees: %s', async (_, source, shown) => {
    expect(await textOf(source)).toBe(shown)
  })

  test('that are headings have their levels', async () => {
    const source = `# \`__init__\` #\n\nTwo\n*lines*\n===\n\nb\n---\n###### six\n####### seven\n#none\n\n> ## quoted\n\n1. ### item\n\n<h4>HTML</h4>\n`
    expect(await headingsOf(source)).toEqual([
      [1, '__init__'],
      [1, 'Two lines'],
      [2, 'b'],
      [6, 'six'],
      [2, 'quoted'],
      [3, '1. item'],
      [4, 'HTML'],
    ])
  })
})

function letters(text: string): string {
  return text.replaceAll(/[^a-z]/g, '')
}

const CLAUSE = 'The **Supplier** shall deliver [the goods][g] to `the_place`.'

function part(n: number): string {
  return `## Part ${n}\n\n${CLAUSE}\n\n- a\n\n  b\n\n\`\`\`\n# x\n\n\`\`\`\n`
}

function shownPart(n: number): string {
  return `Part ${n}\n\nThe Supplier shall deliver the goods to the_place.\n\n- a\n\nb\n\n# x`
}

describe('a long Markdown file', () => {
  test('is read as if it were parsed in one piece', async () => {
    const numbers = Array.from({ length: 4_000 }, (_, n) => n)
    const source = `${numbers.map(part).join('\n')}\n[g]: /goods\n`
    const { text, headings } = await read(new TextEncoder().encode(source), 'a.md')
    expect(text).toBe(numbers.map(shownPart).join('\n\n'))
    expect(headings.map(({ text: title }) => title)).toEqual(numbers.map((n) => `Part ${n}`))
  })

  test.each([
    ['a line', 'word '.repeat(200_000)],
    ['a paragraph', 'a few words\n'.repeat(60_000)],
    ['a table', `|a|b|\n|-|-|\n${'|c|d|\n'.repeat(55_000)}`],
    ['a list', '- a\n'.repeat(70_000)],
    ['code', `\`\`\`\n${'let a\n'.repeat(100_000)}\`\`\``],
  ])('loses nothing of a part that is longer than all limits: %s', async (_, source) => {
    expect(letters(await textOf(source))).toBe(letters(source))
  })

  test('reports its progress, and stops at the signal', async () => {
    const ending = new AbortController()
    const said: number[] = []
    const say = (progress: number): void => {
      if (said.push(progress) === 3) ending.abort(new Error('enough'))
    }
    const source = new TextEncoder().encode(`${CLAUSE}\n\n`.repeat(10_000))
    const reading = read(source, 'a.md', { say, signal: ending.signal })
    await expect(reading).rejects.toThrow('enough')
    expect(said).toEqual(said.toSorted((one, other) => one - other))
    expect(said.at(-1)).toBeLessThan(60)
  })
})

/** Absurdly nested or repeated Markdown of about `n` characters. */
const HOSTILE: Readonly<Record<string, (n: number) => string>> = {
  quotations: (n) => '>'.repeat(n),
  'quotations of many lines': (n) => `${'> '.repeat(200)}a\n`.repeat(n / 400),
  'lists in a line': (n) => '- '.repeat(n / 2) + 'a',
  'numbers in a line': (n) => '1. '.repeat(n / 3) + 'a',
  'lists line by line': (n) =>
    Array.from({ length: Math.sqrt(n) }, (_, i) => `${' '.repeat(2 * i)}- a`).join('\n'),
  'quotations and lists': (n) => '> - '.repeat(n / 4) + 'a',
  brackets: (n) => '['.repeat(n),
  'closed brackets': (n) => '['.repeat(n / 2) + ']'.repeat(n / 2),
  'links in links': (n) => '['.repeat(n / 5) + '](b)'.repeat(n / 5),
  'images in images': (n) => '!['.repeat(n / 6) + '](b)'.repeat(n / 6),
  'links that are never closed': (n) => '[a]('.repeat(n / 4),
  'addresses that are never closed': (n) => '[a](<'.repeat(n / 5),
  'titles that are never closed': (n) => '[a](b "'.repeat(n / 7),
  stars: (n) => '*a **b '.repeat(n / 7),
  'stars and underscores': (n) => '*_'.repeat(n / 2),
  'back-quotes of all lengths': (n) =>
    Array.from({ length: Math.sqrt(2 * n) }, (_, i) => '`'.repeat(i)).join(' '),
  comments: (n) => '<!--\n'.repeat(n / 5),
  'comments in a line': (n) => 'a <!-- '.repeat(n / 7),
  'scripts that are never closed': (n) => '<script>\n'.repeat(n / 9),
  'tags that are never closed': (n) => '<a b="'.repeat(n / 6),
  instructions: (n) => 'a <?'.repeat(n / 4),
  'a wide table': (n) => `${'a|'.repeat(n / 5)}\n${'-|'.repeat(n / 5)}\n${'b\n'.repeat(n / 10)}`,
  footnotes: (n) => '[^a]: '.repeat(n / 6),
  'footnotes by line': (n) => '[^a]: b\n'.repeat(n / 8),
  'names of footnotes': (n) => '[^'.repeat(n / 2),
  definitions: (n) => '[a]: <b\n'.repeat(n / 8),
  'definitions that are never closed': (n) => '[a\n'.repeat(n / 3),
  'uses of a definition': (n) => `${'[a]'.repeat(n / 3)}\n\n[a]: b`,
  escapes: (n) => '\\'.repeat(n),
  ampersands: (n) => '&'.repeat(n),
  underlines: (n) => 'a\n'.repeat(n / 2) + '===',
}

/** The processor time of reading, in milliseconds. */
async function costOf(source: string): Promise<number> {
  const began = process.cpuUsage()
  await textOf(`words\n\n${source}\n\nwords`)
  return process.cpuUsage(began).user / 1_000
}

describe('Markdown that is made to be slow', () => {
  test.each(Object.entries(HOSTILE))('costs in proportion to its length: %s', async (_, made) => {
    const small = Math.max(await costOf(made(32_000)), 40)
    let large = await costOf(made(128_000))
    // The first measurement may have had a garbage collection in it.
    if (large >= 10 * small) large = await costOf(made(128_000))
    expect(large).toBeLessThan(10 * small)
  })
})
