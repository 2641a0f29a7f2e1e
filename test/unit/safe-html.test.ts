import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { readDescription } from '../../src/pipelines/ingestion/safe-html.ts'
import { htmlToText } from '../../src/pipelines/ingestion/text.ts'
import { processorMs } from '../support/processor-time.ts'

function safe(html: string): string {
  return readDescription(html).html
}

describe('allowed HTML', () => {
  test.each([
    ['stays', '<p>a <b>b</b> <em>c</em></p>', '<p>a <b>b</b> <em>c</em></p>'],
    ['is named in lower case', '<P>a</P><UL><LI>b</LI></UL>', '<p>a</p><ul><li>b</li></ul>'],
    ['loses its attributes', '<p style="x" class=y id=z>a</p>', '<p>a</p>'],
    ['holds no heading above the second', '<h1>a</h1><h2>b</h2>', '<h2>a</h2><h2>b</h2>'],
    ['may be void', 'a<br>b<hr/>c<br/>d', 'a<br>b<hr>c<br>d'],
    [
      'may be a table',
      '<table><thead><tr><th>a<tbody><tr><td>b<td>c<tr><td>d</table>e',
      '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td><td>c</td></tr>' +
        '<tr><td>d</td></tr></tbody></table>e',
    ],
    [
      'is escaped where it is text',
      '3 &lt; 5 &amp;&amp; <b>"x"</b>',
      '3 &lt; 5 &amp;&amp; <b>"x"</b>',
    ],
  ])('%s', (_, html, out) => {
    expect(safe(html)).toBe(out)
  })
})

describe('forbidden HTML', () => {
  test.each([
    ['is unwrapped', '<span><font color=red>a</font></span> <custom-x>b</custom-x>', 'a b'],
    ['leaves a paragraph for a block', '<div>a</div><div>b</div>', '<p>a</p><p>b</p>'],
    [
      'leaves one paragraph for many blocks',
      '<div><section><div>a</div></section></div>',
      '<p>a</p>',
    ],
    ['leaves no paragraph for an empty block', '<div> </div><div><br></div><p>a</p>', '<p>a</p>'],
    [
      'leaves no paragraph around blocks',
      '<div><h2>a</h2><ul><li>b</li></ul></div>',
      '<h2>a</h2><ul><li>b</li></ul>',
    ],
    ['leaves a line in a heading', '<h3><div>a</div><div>b</div></h3>', '<h3>\na\nb</h3>'],
    [
      'is removed with its content if browsers do not show it',
      'a<script>b</script><style>c</style><svg><text>d</text></svg>e',
      'ae',
    ],
    ['may close itself if it is SVG or MathML', '<svg/>a<math/>b', 'ab'],
    ['is removed if it is an image', 'a<img src="https://t.example/x.gif" onerror="x()">b', 'ab'],
    [
      'is removed if it is a comment or a declaration',
      'a<!-- b --><!doctype html><?php c ?>d',
      'ad',
    ],
  ])('%s', (_, html, out) => {
    expect(safe(html)).toBe(out)
  })
})

describe('links', () => {
  test.each([
    ['https://example.com/a?b=1&amp;c=2', 'https://example.com/a?b=1&amp;c=2'],
    ['http://example.com', 'http://example.com/'],
    ['  https://example.com/a\nb ', 'https://example.com/ab'],
    ['mailto:jobs@example.com?subject=&quot;hi&quot;', 'mailto:jobs@example.com?subject=%22hi%22'],
  ])('to %s are kept', (href, out) => {
    expect(safe(`<a target=_blank href="${href}" onclick="x()">a</a>`)).toBe(
      `<a href="${out}" rel="nofollow noopener">a</a>`,
    )
  })

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' java\tscript:alert(1)',
    '&#106;avascript:alert(1)',
    'javascript&colon;alert(1)',
    'data:text/html,<script>x()</script>',
    'vbscript:x',
    'file:///etc/passwd',
    '/relative',
    '//example.com/a',
    '#top',
    '',
  ])('to %s become plain text', (href) => {
    expect(safe(`<a href="${href}">a</a>`)).toBe('a')
  })

  test('have their first address, and end before the next one begins', () => {
    expect(
      safe('<a href="https://a.example/" href="javascript:x">a<a href="https://b.example/">b'),
    ).toBe(
      '<a href="https://a.example/" rel="nofollow noopener">a</a>' +
        '<a href="https://b.example/" rel="nofollow noopener">b</a>',
    )
  })

  test('may contain characters that an attribute may not', () => {
    expect(safe(`<a href='mailto:"><img src=x onerror=y>@a.example'>a</a>`)).not.toMatch(
      /<img|"><|onerror=y>/,
    )
  })
})

describe('wrongly nested HTML', () => {
  test.each([
    ['is closed at the end', '<ul><li><b>a', '<ul><li><b>a</b></li></ul>'],
    ['ends with its outer element', '<p><b>a</p>b', '<p><b>a</b></p>b'],
    ['ends the paragraph inside it', '<b>a<p>b</b>c</p>', '<b>a<p>b</p></b>c'],
    ['is dropped if it closes nothing', '</p></div></b>a</br>', '<p>a</p>'],
    [
      'a paragraph ends the one before',
      '<p>a<p>b<ul><li>c<li>d</ul>',
      '<p>a</p><p>b</p><ul><li>c</li><li>d</li></ul>',
    ],
    [
      'an item does not end one of an outer list',
      '<ul><li>a<ul><li>b</ul><li>c</ul>',
      '<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>',
    ],
    [
      'an end tag in a cell closes nothing outside of it',
      '<ul><li><table><tr><td>a</ul>b</table>',
      '<ul><li><table><tr><td>ab</td></tr></table></li></ul>',
    ],
    ['is removed if its tag is cut off', 'a<a href="https://exa', 'a'],
  ])('%s', (_, html, out) => {
    expect(safe(html)).toBe(out)
  })
})

const PIECES = [
  ...'p br ul ol li strong b em i u h1 h2 h6 a blockquote pre code table thead tbody tr td th hr div span'
    .split(' ')
    .flatMap((tag) => [`<${tag}>`, `</${tag}>`, `<${tag} onclick=x() style='a' `, `<${tag}/>`]),
  ...'script style title textarea xmp iframe noscript noembed noframes template plaintext svg math select'
    .split(' ')
    .flatMap((tag) => [`<${tag}>`, `</${tag}>`]),
  '<img src=x onerror=alert(1)>',
  '<a href="javascript:alert(1)">',
  "<a href='data:text/html,x'>",
  '<a href=" java\nscript:x">',
  '<a href="https://example.com/?a=1&b=<>\'">',
  '<a href=mailto:"onmouseover=x>',
  '&lt;script&gt;',
  '&#0;',
  '&#xD800;',
  '&quot;',
  '&',
  '<',
  '>',
  '"',
  "'",
  '<!--',
  '-->',
  '--!>',
  '<![CDATA[',
  ']]>',
  '<?',
  '</',
  '=',
  ' ',
  '\n',
]

const hostile = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...PIECES) },
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(''))

const TAG =
  /<(?:(\/?)(p|ul|ol|li|strong|b|em|i|u|h[2-6]|blockquote|pre|code|table|caption|thead|tbody|tfoot|tr|td|th)|(a) href="((?:https?:|mailto:)[^"<>]*)" rel="nofollow noopener"|(\/)(a)|(?:br|hr))>/y

/** Reads HTML by the strictest grammar: text outside of known tags must have no mark of a tag. */
function readStrictly(html: string): { open: string[]; text: string } {
  const open: string[] = []
  let text = ''
  for (let at = 0; at < html.length;) {
    if (html[at] !== '<') {
      text += html[at++]
      continue
    }
    TAG.lastIndex = at
    const tag = TAG.exec(html)
    if (!tag) throw new Error(`no known tag: ${html.slice(at, at + 40)}`)
    const name = tag[2] ?? tag[3] ?? tag[6]
    if (tag[1] === '/' || tag[5] === '/') {
      if (open.pop() !== name) throw new Error(`${name} is closed where it is not open`)
    } else if (name !== undefined) open.push(name)
    at = TAG.lastIndex
  }
  return { open, text }
}

describe('any HTML', () => {
  test('comes out without scripts, handlers, foreign schemes and open tags', () => {
    fc.assert(
      fc.property(hostile, (html) => {
        const { open, text } = readStrictly(safe(html))
        expect(open).toEqual([])
        expect(text).not.toMatch(/>/)
        expect(text).not.toMatch(/&(?!amp;|lt;|gt;)/)
      }),
      { numRuns: 3_000 },
    )
  })

  test('keeps its whole text', () => {
    fc.assert(
      fc.property(hostile, (html) => {
        const out = readDescription(html)
        expect(out.text).toBe(htmlToText(html))
        expect(htmlToText(out.html).replace(/\s+/g, '')).toBe(out.text.replace(/\s+/g, ''))
      }),
      { numRuns: 3_000 },
    )
  })
})

test('is not slow because of deep nesting or odd markup', async () => {
  const odd = [
    '<div>',
    '<b>',
    '<b></p>',
    '<li>',
    '</b>',
    '<table>',
    '<',
    '&',
    '<a href=https://a.example>',
  ]
  const spent = await processorMs(() => {
    for (const html of odd) readDescription(html.repeat(100_000))
  })
  expect(spent).toBeLessThan(4_000)
})

test('nests at most fifty deep', () => {
  const html = safe(`${'<blockquote>'.repeat(1_000)}a`)
  expect(html.match(/<blockquote>/g)).toHaveLength(50)
  expect(readStrictly(html).open).toEqual([])
})

test('relative links are resolved against the page, and stay out without one', () => {
  const html = '<a href="/apply?job=3">here</a> <a href="#a">a</a> <a href="javascript:x()">b</a>'
  expect(readDescription(html, 'https://acme.test/jobs/3').html).toBe(
    '<a href="https://acme.test/apply?job=3" rel="nofollow noopener">here</a> <a href="https://acme.test/jobs/3#a" rel="nofollow noopener">a</a> b',
  )
  expect(readDescription(html).html).toBe('here a b')
})

test('the lines of preformatted text stay lines', () => {
  const { html, text } = readDescription('<pre>Mon  06-14\nTue  14-22</pre><p>a\nb</p>')
  expect(text).toBe('Mon 06-14\nTue 14-22\na b')
  expect(html).toBe('<pre>Mon  06-14\nTue  14-22</pre><p>a\nb</p>')
})
