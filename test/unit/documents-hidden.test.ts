import { describe, expect, test } from 'vitest'

import { shownHtml } from '../../src/pipelines/documents/read/html/shown-html.ts'
import { stylesOfParts } from '../../src/pipelines/documents/read/mail/part-styles.ts'
import { docx, paragraph } from '../support/documents/docx.ts'
import { msg } from '../support/documents/msg.ts'
import { epub } from '../support/documents/packages.ts'
import { utf8 } from '../support/documents/plain-files.ts'
import { read } from '../support/documents/reading.ts'
import { processorMs } from '../support/processor-time.ts'

const LEFT_OUT = 'hidden_text_left_out'
const RELATION = utf8(
  '<Relationships><Relationship Id="c1" Type="http://x/aFChunk" Target="c.html"/></Relationships>',
)

async function textOf(body: string, css = ''): Promise<string> {
  const page = `<!doctype html><html><head><style>${css}</style></head><body><p>Seen.</p>${body}</body></html>`
  const { text } = await read(utf8(page), 'a.html')
  return text.replace(/^Seen\.\s*/, '').replaceAll(/\s+/g, ' ')
}

const sheet = (css: string) => `<p hidden>x</p><style>${css}</style>`

test.each([
  ['.a', '<b class=a>', true],
  ['.a', '<b class=b>', false],
  ['b.a', '<b class="x a">', true],
  ['b.a', '<i class=a>', false],
  ['#a', '<b id=a>', true],
  [String.raw`.sm\:gone`, '<b class=sm:gone>', true],
  ['[data-a]', '<b data-a=1>', true],
  ['[data-a="1"]', '<b data-a=1>', true],
  ['[data-a=1]', '<b data-a=2>', false],
  ['[class*=gone]', '<b class=gone>', false],
  ['.a .b', '<b class=b>', false],
  ['.a .b', '<div class=a><p><b class=b>', true],
  ['.a > .b', '<div class=a><b class=b>', true],
  ['.a>.b', '<div class=a><p><b class=b>', false],
  ['.a .b', '<div class=a>x</div><b class=b>', false],
  ['body > div .a i', '<div><p class=a><i>', true],
  ['.x > .y .z', '<div class=x><div class=y><div class=y><i class=z>', true],
  ['.x + .b', '<i class=x>x</i><b class=b>', false],
  ['> .b', '<b class=b>', false],
  ['.a >', '<b class=a>', false],
  ['i, .b', '<b class=b>', true],
])('the rule %s hides what is in %s: %s', async (selector, tag, isHidden) => {
  const text = await textOf(`${tag}Words that may be hidden.`, `${selector}{display:none}`)
  expect(text === '').toBe(isHidden)
})

describe('hidden parts of a page are left out', () => {
  test.each([
    ['by an attribute', '<p hidden>Lost words.</p>', ''],
    ['by a style', '<p style="color:red; Display : None !important">Lost words.</p>', ''],
    [
      'by a class',
      '<p class="a gone">Lost words.</p>',
      '/* {} */ .x,.gone{color:red;display:none}',
    ],
    ['by an id', '<p id="gone">Lost words.</p>', '#gone{display:none}'],
    ['by a tag and an attribute', '<p data-x="1">Lost words.</p>', 'p[data-x="1"]{display:none}'],
    ['without a size', '<p style="font-size:0px">Lost <b>words.</b></p>', ''],
    ['within no size', '<p style="font-size:0"><i style="font-size:120%">Lost words.</i></p>', ''],
    ['as invisible', '<p style="visibility:hidden">Lost words.</p>', ''],
    ['as transparent', '<p style="opacity:0">Lost <b style="opacity:1">words.</b></p>', ''],
    ['far to the left', '<p class="a">Lost words.</p>', '.a{position:absolute;left:-9999px}'],
    ['far above', '<p class="a">Lost words.</p>', '.a{position:fixed;top:-100em}'],
    ['by an indent', '<h1 class="a"><a>Lost words.</a></h1>', '.a{text-indent:-9999px}'],
    ['by a movement', '<p style="transform:translateX(-9999px)">Lost words.</p>', ''],
    [
      'by rules for parts',
      '<p class="a b">Lost words.</p>',
      '.a{position:absolute}.b{left:-999em}',
    ],
    [
      'cut to nothing',
      '<i class="a">Lost words.</i>',
      '.a{position:absolute;clip:rect(1px,1px,1px,1px)}',
    ],
    ['cut by a shape', '<p style="clip-path: inset(50%)">Lost words.</p>', ''],
    ['without a height', '<div style="max-height:0;overflow:hidden">Lost words.</div>', ''],
    [
      'for screen readers alone',
      '<i class="sr">Lost words.</i>',
      '.sr{position:absolute!important;width:1px;height:1px;padding:0;margin:-1px;overflow:hidden}',
    ],
    [
      'in a block that is not closed',
      '<p class="a">Lost words.</p>',
      '.x{color:red}.a{display:none',
    ],
    [
      'as transparent, beside data of a script',
      '<p style="opacity:0">Lost words.</p><script type="application/ld+json">{}</script>',
      '',
    ],
    ['as a template', '<template><p>Lost words.</p></template>', ''],
    ['as a list of entries', '<datalist><option>Lost words.</datalist>', ''],
    ['as words for old programs', '<video>Lost words.</video>', ''],
    ['with parts of the same name', '<div hidden>Lost <div>words</div> again.</div>', ''],
    ['in a layer', '<p class="gone">Lost words.</p>', '@layer a { .gone { display: none } }'],
  ])('%s', async (_, body, css) => {
    expect(await textOf(`${body}<p>Next.</p>`, css)).toBe('Next.')
  })

  test.each([
    ['<ol><li>A<li hidden>B<li>C</ol>', '1. A 2. C'],
    ['<ol><li>A<li style="visibility:hidden">B<li>C</ol>', '1. A 2. 3. C'],
    ['<table><tr><td>a<td hidden>b<td>c<tr hidden><td>x<tr><td>d</table>', 'a c d'],
    ['<ol><li>A<li style="opacity:0">B<li>C</ol>', '1. A 2. 3. C'],
    ['<dl><dt>a<dd hidden>b<dt>c<dd>d</dl>', 'a c d'],
    ['<p hidden>a<p>b', 'b'],
    ['<div><span hidden>a</div>b', 'b'],
    ['<p>a <i hidden>b</i> c</p>', 'a c'],
    [
      '<style>.v{visibility:hidden}</style><div class="v">a <b style="visibility:visible">b</b> c <input value="d"></div>e',
      'b e',
    ],
  ])('and end where a browser ends them: %s', async (body, text) => {
    expect(await textOf(body)).toBe(text)
  })

  test.each([
    ['<details><summary>More</summary>Words.</details>', '', 'More Words.'],
    ['<p aria-hidden="true">Words.</p>', '', 'Words.'],
    ['<p class="p">Words.</p>', '.p{display:none} @media print{.p{display:block}}', 'Words.'],
    ['<p class="p">Words.</p>', '@media print{.p{display:none}}', 'Words.'],
    [
      '<p class="p md:block">Words.</p>',
      String.raw`.p{display:none} @media (min-width:9em){.md\:block{display:block}}`,
      'Words.',
    ],
    ['<p class="p q">Words.</p>', '.p{display:none} .q{display:block}', 'Words.'],
    ['<p class="p q">Words.</p>', '.p.q{display:block} .p{display:none}', 'Words.'],
    ['<p class="p" style="display:block">Words.</p>', '.p{display:none}', 'Words.'],
    ['<p class="p">Words.</p>', '.p:not(.q){display:none} .a .p{display:none}', 'Words.'],
    ['<p hidden style="display:block">Words.</p>', '', 'Words.'],
    ['<ul style="font-size:0"><li style="font-size:1rem">Words.</ul>', '', 'Words.'],
    ['<div style="font-size:0"><table><tr><td>Words.</table></div>', '', 'Words.'],
    [
      '<div class="p"><i class="q">Words.</i></div>',
      '.p{font-size:0} .p .q{font-size:9pt}',
      'Words.',
    ],
    ['<p style="font-size:0.8em">Words.</p>', '', 'Words.'],
    ['<p style="opacity:0;transition:opacity 1s">Words.</p>', '', 'Words.'],
    ['<p style="opacity:0">Words.</p><script>appear()</script>', '', 'Words.'],
    [
      '<p class="p">Words.</p><script src="a.js"></script>',
      '.p{max-height:0;overflow:hidden}',
      'Words.',
    ],
    ['<p class="p q">Words.</p>', '.p{opacity:0} .q{animation:come 1s}', 'Words.'],
    ['<p class="p">Words.</p>', '.p{opacity:0} @media print{.p{opacity:1}}', 'Words.'],
    ['<p style="opacity:0.4">Words.</p>', '', 'Words.'],
    ['<p style="text-indent:-2em">Words.</p>', '', 'Words.'],
    ['<p style="left:-9999px">Words.</p>', '', 'Words.'],
    ['<p style="position:absolute;left:-20px">Words.</p>', '', 'Words.'],
    ['<p style="clip:rect(0,0,0,0)">Words.</p>', '', 'Words.'],
    ['<p style="position:absolute;clip:rect(0,90px,20px,0)">Words.</p>', '', 'Words.'],
    ['<p style="clip-path:inset(5%)">Words.</p>', '', 'Words.'],
    ['<p style="transform:translate(-50%,-50%) scale(1)">Words.</p>', '', 'Words.'],
    ['<p style="height:0">Words.</p>', '', 'Words.'],
    ['<span style="height:0;overflow:hidden">Words.</span>', '', 'Words.'],
    ['<table><tr><td style="height:1px;overflow:hidden">Words.</table>', '', 'Words.'],
    ['<div style="height:0;overflow:hidden;padding-bottom:56%">Words.</div>', '', 'Words.'],
    ['<p class="p">Words.</p>', '.p:not(:focus){position:absolute;left:-9999px}', 'Words.'],
    [
      '<p class="p q">Words.</p>',
      '.p{position:absolute;left:-9999px} .q{position:static}',
      'Words.',
    ],
    ['<input type="checkbox" checked style="opacity:0"> Words.', '', '☒ Words.'],
    ['<p class="p">Words.</p>', '@media print{.p{font-size:0}}', 'Words.'],
    ['<p hidden="until-found">Words.</p>', '', 'Words.'],
    ['<p><input type="checkbox" checked style="display:none">Words.</p>', '', '☒ Words.'],
  ])('but not what a person can see: %s', async (body, css, text) => {
    expect(await textOf(body, css)).toBe(text)
  })

  test('nor a page that only a script shows', async () => {
    const page = '<html><body><div style="display:none">The deed is valid.</div></body></html>'
    expect((await read(utf8(page), 'a.html')).text).toBe('The deed is valid.')
  })

  test('and named if they are more than a few words', async () => {
    const hidden = '<p>The port is open.</p><p hidden>These words nobody can see on the page.</p>'
    const { notices } = await read(utf8(`<html><body>${hidden}</body></html>`), 'a.html')
    expect(notices).toContainEqual({
      code: LEFT_OUT,
      message: '1 hidden part of a page was left out.',
      count: 1,
    })
    const few = '<p>The port is open.</p><p hidden>Menu</p>'
    expect((await read(utf8(`<html><body>${few}</body></html>`), 'a.html')).notices).toEqual([])
  })

  test('in the same way in messages, books and imported pages', async () => {
    const page = '<p>Shown.</p><p class="gone">These words nobody can see.</p>'
    const html = `<html><head><style>.gone{display:none}</style></head><body>${page}</body></html>`
    const mail = `From: a@b.c\r\nTo: b@b.c\r\nSubject: S\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n${html}`
    const body = `${paragraph('Before.')}<w:altChunk r:id="c1"/>`
    const more = { 'word/_rels/document.xml.rels': RELATION, 'word/c.html': utf8(html) }
    const book = [`<link rel="stylesheet" href="s.css"/>${page}`]
    const files = [
      await read(utf8(mail), 'a.eml'),
      await read(msg({ properties: { 0x001a: 'IPM.Note', 0x0037: 'S', 0x1013: html } }), 'a.msg'),
      await read(docx({ body, more }), 'a.docx'),
      await read(epub(book, { 'OEBPS/s.css': '.gone{display:none}' }), 'a.epub'),
    ]
    for (const file of files) {
      expect(file?.text).toContain('Shown.')
      expect(file?.text).not.toContain('nobody')
      expect(file?.notices?.map(({ code }) => code)).toContain(LEFT_OUT)
    }
  })

  test.each([
    ['cid:css-1@blink', 'Content-Location: cid:css-1@blink'],
    ['cid:css-2@blink', 'Content-ID: <css-2@blink>'],
    ['s.css', 'Content-Location: http://a.invalid/x/s.css'],
    ['/s.css', 'Content-Location:\r\n http://a.invalid/s.css'],
    ['http://b.invalid/s.css', 'Content-Location: http://b.invalid/s.css'],
  ])('by a sheet of a page that was saved as one file: %s', async (address, header) => {
    const page = `<html><head><link rel="stylesheet" href="${address}"></head><body><p>Shown.</p><p class="gone">These words nobody can see.</p></body></html>`
    const parts = [
      `Content-Type: text/html\r\nContent-Location: http://a.invalid/x/p.html\r\n\r\n${page}`,
      `Content-Type: text/css\r\n${header}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n.gone{opacity:=\r\n0}`,
    ]
    const head =
      'From: a@b.c\r\nSubject: S\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary=b'
    const mht = utf8(
      `${head}\r\n\r\n${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`,
    )
    const chunk = `${paragraph('Before.')}<w:altChunk r:id="c1"/>`
    const relation = utf8(
      '<Relationships><Relationship Id="c1" Type="http://x/aFChunk" Target="c.mht"/></Relationships>',
    )
    const more = { 'word/_rels/document.xml.rels': relation, 'word/c.mht': mht }
    for (const file of [
      await read(mht, 'a.mht'),
      await read(docx({ body: chunk, more }), 'a.docx'),
    ]) {
      expect(file.text).toContain('Shown.')
      expect(file.text).not.toMatch(/nobody|css/)
      expect(file.notices?.map(({ code }) => code)).toEqual([LEFT_OUT])
    }
  })

  test('by a sheet of a book that only gives words no size', async () => {
    const page =
      '<link rel="stylesheet" href="s.css"/><p>Shown.</p><p class="gone">Nobody sees these words.</p>'
    const { text } = await read(epub([page], { 'OEBPS/s.css': '.gone{font-size:0}' }), 'a.epub')
    expect(text).not.toContain('Nobody')
  })

  test('in linear time: many links to one long sheet', async () => {
    const css = '.a{color:red}'.repeat(20_000)
    const page = '<link rel=stylesheet href=a>'.repeat(20_000)
    expect(await processorMs(() => shownHtml(page, () => css))).toBeLessThan(2_000)
  })

  test('in linear time: many parts of a saved page', async () => {
    const part = '--b\r\nContent-Type: text/css\r\nContent-Location: a\r\n\r\n.a{}\r\n'
    const mht = utf8(`Content-Type: multipart/related; boundary=b\r\n\r\n${part.repeat(many)}`)
    expect(await processorMs(() => void stylesOfParts(mht)('a'))).toBeLessThan(2_000)
    const folded = utf8(`Content-Type: text/css\r\n${'Content-Location:\r\n '.repeat(many)}`)
    expect(await processorMs(() => void stylesOfParts(folded)('a'))).toBeLessThan(2_000)
  })

  const many = 50_000
  const names = Array.from({ length: 50 }, (_, n) => `a${n}`)
  test.each([
    ['hidden elements', '<p hidden>'.repeat(many)],
    ['hidden elements within each other', '<div hidden><p>'.repeat(many)],
    ['end tags of nothing', '</div><p hidden>a'.repeat(many)],
    ['hidden cells', '<td hidden>'.repeat(many)],
    ['style elements that are not closed', '<style>.a{'.repeat(many)],
    ['a style sheet without rules', sheet('a'.repeat(many * 4))],
    ['comments in a style sheet', sheet('/*'.repeat(many))],
    ['media rules within each other', sheet('@media x{p{display:none}'.repeat(many))],
    [
      'rules for one class',
      `${sheet('.a{display:none}'.repeat(many))}${'<p class=a>'.repeat(many)}`,
    ],
    [
      'rules for many classes, and elements that have all of them',
      `${sheet(names.map((name) => `.${name}{display:none}`.repeat(20)).join(''))}${`<p class="${names.join(' ')}">`.repeat(2_000)}`,
    ],
    [
      'many declarations for many selectors',
      sheet(`${'a,'.repeat(many)}b{${'display:none;'.repeat(2_000)}}`),
    ],
    [
      'rules for elements within each other',
      `${sheet(names.map((name) => `${`.${name} `.repeat(7)}.${name}{display:none}`.repeat(20)).join(''))}${`<b class="${names.join(' ')}">`.repeat(2_000)}`,
    ],
    ['a selector of many parts', sheet(`${'.a '.repeat(many)}{display:none}`)],
    [
      'the space in a selector',
      sheet(`.a${' '.repeat(many)}.b,${' > '.repeat(many)}{display:none}`),
    ],
    ['transparent elements within each other', '<div style="opacity:0"><p>a'.repeat(many)],
    ['spaces after a movement', `<p style="opacity:0;${'transition: '.repeat(many)}">`],
    ['a long shape', `<p style="clip-path:polygon(${'0 '.repeat(many)})">`],
    ['a long rectangle', `<p style="clip:rect(${' ,'.repeat(many)}">`],
    ['a long number', `<p style="left:-${'9'.repeat(many)};opacity:${'0.'.repeat(many)}">`],
    ['blocks that a sheet leaves open', sheet('.a{opacity:0;.b{'.repeat(many))],
    ['a long style of an element', `<p style="${'display:none;'.repeat(many)}">`],
  ])('in linear time: %s', async (_, html) => {
    expect(await processorMs(() => shownHtml(html))).toBeLessThan(2_000)
  })
})
