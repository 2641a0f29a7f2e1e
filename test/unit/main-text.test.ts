import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { decodePage } from '../../src/pipelines/html/charset.ts'
import { isHtml } from '../../src/pipelines/html/is-html.ts'
import { mainText } from '../../src/pipelines/html/main-text.ts'
import { isModest } from '../../src/pipelines/html/shape.ts'
import { processorMs } from '../support/processor-time.ts'

const URL = 'https://jobs.acme.test/jobs/7'

const MENU = `<nav><ul>${'<li><a href="/other">Another page of ours</a></li>'.repeat(20)}</ul></nav>`
const SENTENCE = '<p>We bake bread, rolls and cakes, every morning, for the whole of the town.</p>'

function page(main: string): string {
  return `<!doctype html><html><head><title>x</title></head><body>${MENU}<main>${main}</main></body></html>`
}

describe('the main text of a page', () => {
  test('is its article, without menus', async () => {
    const text = await mainText(page(`<article>${SENTENCE.repeat(10)}</article>`), URL)
    expect(text).toContain('We bake bread, rolls and cakes')
    expect(text).not.toContain('Another page')
  })

  test('has links with full addresses', async () => {
    const linked = `${SENTENCE.repeat(10)}<p>More of it <a href="../about">about us</a>, at length.</p>`
    expect(await mainText(page(`<article>${linked}</article>`), URL)).toContain(
      'href="https://jobs.acme.test/about"',
    )
  })

  test.each([
    '<!doctype html><title>x</title>',
    '<HTML lang=de><meta name=x><Body class=y>',
    '<html><meta name=x>',
    '<div>',
    '',
  ])(
    'is found in a page that begins with %j and lacks other parts of an HTML document',
    async (begin) => {
      const text = await mainText(begin + SENTENCE.repeat(20), URL)
      expect(text).toContain('We bake bread, rolls and cakes')
    },
  )

  test.each([
    ['is empty', ''],
    ['is more than its readers bear', `<body><p class="${'x '.repeat(900_000)}">${SENTENCE}`],
    ['has only a menu', page('')],
    ['has only a script to write it', page('<div id="root"></div><script>go()</script>')],
  ])('is empty if the page %s', async (_, html) => {
    expect(await mainText(html, URL)).toBeNull()
  })

  test.each([
    ['too large', page(SENTENCE.repeat(30_000))],
    ['too nested', page('<div>'.repeat(400) + SENTENCE.repeat(20))],
    ['too nested all over', page(('<i>'.repeat(200) + '</i>'.repeat(200)).repeat(30))],
    ['of too many elements', page('<b></b>'.repeat(20_001))],
    ['of too many texts', page('<'.repeat(60_001))],
    ['of too many signs that might begin an entity', page('&a'.repeat(60_001))],
    ['of too many comments', page('<!-- -->'.repeat(60_001))],
    [
      'of too many attributes in one tag',
      page(`<b ${Array.from({ length: 201 }, (_, i) => `a${i}`).join(' ')}>`),
    ],
  ])('is not searched if the page is %s', async (_, html) => {
    expect(isModest(html)).toBe(false)
    expect(await mainText(html, URL)).toBeNull()
  })

  test('of a page that is made to be slow costs little', async () => {
    const spent = await processorMs(() => {
      expect(isModest('<div>'.repeat(390_000))).toBe(false)
      expect(isModest('<p>'.repeat(19_000))).toBe(true)
      expect(isModest('</i>'.repeat(490_000))).toBe(true)
    })
    expect(spent).toBeLessThan(2_000)
  })
})

function bytes(...codes: number[]): Uint8Array {
  return new Uint8Array(codes)
}

function latin(html: string): Uint8Array {
  return new Uint8Array(Buffer.from(html, 'latin1'))
}

describe('the text of a page', () => {
  test.each([
    ['is UTF-8 by default', new TextEncoder().encode('ä'), null],
    ['is what its header says', bytes(0xe4), 'text/html; charset="ISO-8859-1"'],
    ['is UTF-8 where the header says what nobody knows', bytes(0xc3, 0xa4), 'a; charset=x'],
    ['is what its mark says above all', bytes(0xef, 0xbb, 0xbf, 0xc3, 0xa4), 'a;charset=latin1'],
    ['may be marked as UTF-16', bytes(0xff, 0xfe, 0xe4, 0x00), null],
    ['may be marked as UTF-16 the other way', bytes(0xfe, 0xff, 0x00, 0xe4), null],
  ])('%s', (_, body, type) => {
    expect(decodePage(body, type)).toBe('ä')
  })

  test.each([
    '<meta charset=windows-1252>',
    '<META name=x charset = "Windows-1252"/>',
    '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">',
    '<?xml version="1.0" encoding="windows-1252"?>',
  ])('follows its own declaration by %s', (declaration) => {
    expect(decodePage(latin(`${declaration}ä`), null)).toBe(`${declaration}ä`)
    // The header counts more, unless the bytes contradict it.
    expect(decodePage(latin(`${declaration}ä`), 'text/html; charset=windows-1251')).toContain('д')
    expect(decodePage(latin(`${declaration}ä`), 'text/html; charset=utf-8')).toContain('ä')
  })

  test('is not read as UTF-16 if the declaration itself is in single bytes', () => {
    const html = '<meta charset="utf-16">ä'
    expect(decodePage(new TextEncoder().encode(html), null)).toBe(html)
  })
})

test.each([
  ['<p>x', 'text/html; charset=utf-8', true],
  ['<!doctype html>', 'application/xhtml+xml', true],
  ['<!doctype html>', null, true],
  ['\n<html>', 'text/plain', true],
  ['<p>x', null, false],
  ['words', 'text/html', false],
  ['%PDF-1.7 <a', 'text/html', false],
  ['{"a":"<p>"}', 'text/html', false],
  ['<html>', 'application/pdf', false],
  ['<html>', 'application/json', false],
])('whether %j with the type %s is a web page: %s', (text, type, expected) => {
  expect(isHtml(text, type)).toBe(expected)
})

const fixtures = process.env['RUNCAST_FIXTURES']
const folder = join(fixtures ?? '', 'boards/html')

/** Pages without a main text: their text is only in JSON-LD, or is made by a script. */
const SILENT = new Set([
  'jobscz-widget-js-only.html',
  'schemaorg-jobposting-jsonld.html',
  'teamtailor-built-jsonld.html',
])

describe.skipIf(fixtures === undefined)('recorded pages', () => {
  const files = fixtures === undefined ? ['RUNCAST_FIXTURES is not set'] : readdirSync(folder)
  test.each(files)('%s', async (file) => {
    const text = await mainText(readFileSync(join(folder, file), 'utf8'), URL)
    const length = text?.length ?? 0
    expect(SILENT.has(file) ? text === null : length > 1_000).toBe(true)
  })
})
