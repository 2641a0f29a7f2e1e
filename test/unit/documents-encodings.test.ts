import { describe, expect, test } from 'vitest'

import { decodePage } from '../../src/pipelines/html/charset.ts'
import { docx, paragraph } from '../support/documents/docx.ts'
import { failureOf, read } from '../support/documents/reading.ts'

/** Encodes a text in an encoding that a decoder knows: tries each pair of bytes once, and looks letters up. */
function encoded(text: string, encoding: string): Uint8Array {
  const bytes = tableOf(encoding)
  return Uint8Array.from(
    Array.from(text).flatMap((char) => {
      const found = bytes.get(char)
      if (found === undefined) throw new Error(`${encoding} lacks ${char}`)
      return [...found]
    }),
  )
}

const tables = new Map<string, Map<string, readonly number[]>>()

function tableOf(encoding: string): ReadonlyMap<string, readonly number[]> {
  const known = tables.get(encoding)
  if (known) return known
  const table = new Map<string, readonly number[]>()
  tables.set(encoding, table)
  const decoder = new TextDecoder(encoding)
  const add = (bytes: readonly number[]) => {
    const text = decoder.decode(Uint8Array.from(bytes))
    if (Array.from(text).length === 1 && text !== '\ufffd' && !table.has(text))
      table.set(text, bytes)
  }
  for (let one = 0; one < 256; one++) add([one])
  if (!/euc|gb|big5|shift/.test(encoding)) return table
  for (let one = 0x81; one < 255; one++) for (let two = 0x40; two < 255; two++) add([one, two])
  return table
}

function utf16(text: string, order: 'le' | 'be'): Uint8Array {
  const bytes = Buffer.from(text, 'utf16le')
  return new Uint8Array(order === 'le' ? bytes : bytes.swap16())
}

const RUSSIAN =
  'Акт приёмки выполненных работ. Подрядчик передал, а заказчик принял работы в полном объёме и в срок.'
const GREEK =
  'Σύμβαση πώλησης πλοίου. Ο πωλητής παραδίδει το πλοίο στον αγοραστή μέσα σε τρεις ημέρες.'
const TURKISH =
  'Gemi satış sözleşmesi. Satıcı gemiyi üç gün içinde alıcıya teslim eder, alıcı da ücreti öder.'
const HEBREW =
  'חוזה מכר של ספינה. המוכר ימסור את הספינה לקונה בתוך שלושה ימים, והקונה ישלם את התמורה.'
const ARABIC =
  'عقد بيع سفينة. يسلم البائع السفينة إلى المشتري خلال ثلاثة أيام ويدفع المشتري الثمن كاملا.'
const POLISH =
  'Umowa sprzedaży łodzi. Sprzedający wyda łódź kupującemu w ciągu trzech dni, a kupujący zapłaci cenę.'
const CZECH =
  'Smlouva o prodeji lodi. Prodávající předá loď kupujícímu do tří dnů a kupující zaplatí kupní cenu.'
const FRENCH =
  'Le vendeur remet le navire à l’acheteur dans les trois jours ; celui-ci paie le prix dès la signature.'
const SWEDISH =
  'Säljaren överlåter båten åt köparen inom tre dagar, och köparen betalar köpeskillingen på förhand.'
const JAPANESE =
  '船舶売買契約書\n第一条 売主は、買主に対し、三日以内に本船を引き渡すものとする。代金は引渡しの時に支払う。'
const CHINESE =
  '船舶买卖合同\n第一条 卖方应当在三日内将船舶交付买方，买方应当支付全部价款。双方签字后生效。'
const TRADITIONAL =
  '船舶買賣契約書\n第一條 賣方應於三日內將船舶交付買方，買方應支付全部價款。雙方簽字後生效。'
const KOREAN =
  '선박 매매 계약서\n제1조 매도인은 사흘 안에 선박을 매수인에게 인도하고, 매수인은 대금을 모두 지급한다.'
const THAI = 'สัญญาซื้อขายเรือ ผู้ขายตกลงส่งมอบเรือให้แก่ผู้ซื้อภายในสามวัน และผู้ซื้อตกลงชำระราคาเรือทั้งหมด'

describe('a text without a mark is read in the encoding that it was written in', () => {
  test.each([
    ['windows-1251', RUSSIAN],
    ['koi8-r', RUSSIAN],
    ['iso-8859-5', RUSSIAN],
    ['ibm866', RUSSIAN],
    ['x-mac-cyrillic', RUSSIAN],
    ['windows-1253', GREEK],
    ['iso-8859-7', GREEK],
    ['windows-1254', TURKISH],
    ['windows-1255', HEBREW],
    ['windows-1256', ARABIC],
    ['iso-8859-6', ARABIC],
    ['windows-1250', POLISH],
    ['iso-8859-2', POLISH],
    ['windows-1250', CZECH],
    ['windows-1252', FRENCH],
    ['windows-1252', SWEDISH],
    ['macintosh', FRENCH],
    ['windows-874', THAI],
    ['shift_jis', JAPANESE],
    ['euc-jp', JAPANESE],
    ['gb18030', CHINESE],
    ['big5', TRADITIONAL],
    ['euc-kr', KOREAN],
  ])('%s: %s', async (encoding, text) => {
    for (const times of [1, 40]) {
      const whole = Array.from({ length: times }, () => text).join('\n')
      expect((await read(encoded(whole, encoding), 'a.txt')).text).toBe(whole)
    }
  })

  test.each([
    ['Chinese', CHINESE],
    ['Chinese without spaces', CHINESE.replaceAll(/\s/g, '').slice(0, 24)],
    ['Japanese', JAPANESE],
    ['Korean', KOREAN],
    ['Thai', THAI],
    ['Hebrew', HEBREW],
  ])('UTF-16, %s', async (_, text) => {
    expect((await read(utf16(text, 'le'), 'a.txt')).text).toBe(text)
    expect((await read(utf16(text, 'be'), 'a.txt')).text).toBe(text)
  })

  test('ISO-2022-JP', async () => {
    const bytes = new Uint8Array(Buffer.from('\x1b$B7@Ls=q\x1b(B 5', 'latin1'))
    expect((await read(bytes, 'a.txt')).text).toBe('契約書 5')
  })

  test.each([
    'Müller GmbH',
    'café',
    'Größe: 80 m²',
    '50 €',
    'l’été',
    'Señor Núñez',
    '“a” – § 5',
    'ÄRZTE',
    '½ cup',
    'M’Gäßle',
  ])('windows-1252, however short it is: %s', async (text) => {
    expect((await read(encoded(text, 'windows-1252'), 'a.txt')).text).toBe(text)
  })

  test('in Markdown and in HTML that declares nothing', async () => {
    expect((await read(encoded(`# ${RUSSIAN}`, 'koi8-r'), 'a.md')).text).toBe(RUSSIAN)
    const html = `<html><body><p>${RUSSIAN}</p></body></html>`
    expect((await read(encoded(html, 'windows-1251'), 'a.html')).text).toBe(RUSSIAN)
  })
})

describe('a text whose encoding cannot be told is refused in words', () => {
  const noise = Uint8Array.from(
    { length: 600 },
    (_, at) => 0x80 + ((at * 7919 + at * at * 31) % 127),
  )
  test.each([
    ['noise', noise],
    [
      'a code page of old Macs',
      new Uint8Array(
        Buffer.from(
          'Umowa sprzeda\xfdy \xb8odzi. Sprzedaj\x88cy wyda \xb8\x97d\x90 kupuj\x88cemu w ci\x88gu trzech dni, a kupuj\x88cy zap\xb8aci cen\xab.',
          'latin1',
        ),
      ),
    ],
  ])('%s', async (_, bytes) => {
    const failure = await failureOf(bytes, 'a.txt')
    expect(failure?.code).toBe('encoding_unknown')
    expect(failure?.message).toMatch(/UTF-8/)
  })
})

describe('a label that is misspelt is mended', () => {
  test.each([
    ['iso-8859\u20131', 'windows-1252'],
    ['iso-8859&#8211;1', 'windows-1252'],
    ['ISO8859-1', 'windows-1252'],
    ['iso_8859_15', 'iso-8859-15'],
    ['windows 1252', 'windows-1252'],
    ['cp-1252', 'windows-1252'],
    ['win1252', 'windows-1252'],
    ['ANSI', 'windows-1252'],
    ['latin-1', 'windows-1252'],
    ['iso-8859-1, text/html', 'windows-1252'],
  ])('%s', (label, encoding) => {
    const page = (text: string) =>
      `<html><head><meta charset="${label}"></head><body>${text}</body></html>`
    const head = new TextEncoder().encode(page('').replace('</body></html>', ''))
    const bytes = Uint8Array.from([...head, ...encoded('Prüfung für Brücken', encoding)])
    expect(decodePage(bytes, null)).toContain('Prüfung für Brücken')
    expect(
      decodePage(encoded('Prüfung für Brücken', encoding), `text/html; charset=${label}`),
    ).toBe('Prüfung für Brücken')
  })

  test.each([
    ['utf8', 'ä', new TextEncoder().encode('ä')],
    ['UTF – 8', 'ä', new TextEncoder().encode('ä')],
    ['cp1251', 'ж', Uint8Array.of(0xe6)],
    ['windows_1250', 'ř', Uint8Array.of(0xf8)],
    ['koi8r', 'ж', Uint8Array.of(0xd6)],
    ['cp932', '契', Uint8Array.of(0x8c, 0x5f)],
    ['EUCJP', '契', Uint8Array.of(0xb7, 0xc0)],
  ])('%s', (label, text, bytes) => {
    expect(decodePage(bytes, `text/html; charset=${label}`)).toBe(text)
  })

  test('and a page that declares nothing and is no UTF-8 is in windows-1252, as in a browser', () => {
    const page = '<p>Prüfung – “für” Brücken</p>'
    expect(decodePage(encoded(page, 'windows-1252'), 'text/html')).toBe(page)
    expect(decodePage(encoded(page, 'windows-1252'), 'text/html; charset=nobody-knows')).toBe(page)
  })

  test('and an HTML file that declares UTF-8 wrongly is read as it is', async () => {
    const html = `<html><head><meta charset=utf-8></head><body><p>${RUSSIAN}</p></body></html>`
    expect((await read(encoded(html, 'windows-1251'), 'a.html')).text).toBe(RUSSIAN)
  })
})

describe('the parts of a DOCX', () => {
  const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
  const xml = (declared: string) =>
    `<?xml version="1.0" encoding="${declared}"?><w:document xmlns:w="${W}"><w:body>${paragraph('Die Größe — 契約')}</w:body></w:document>`

  test.each([
    ['UTF-16 with a mark', utf16(`\ufeff${xml('UTF-16')}`, 'le')],
    ['UTF-16 the other way with a mark', utf16(`\ufeff${xml('UTF-16')}`, 'be')],
    ['UTF-16 without a mark', utf16(xml('UTF-16'), 'le')],
    ['UTF-16 the other way without a mark', utf16(xml('UTF-16'), 'be')],
    ['UTF-8 with a mark', new TextEncoder().encode(`\ufeff${xml('UTF-8')}`)],
    [
      'a declared encoding',
      encoded(xml('Shift_JIS').replace('ö', 'o').replace('ß', 's').replace('—', '-'), 'shift_jis'),
    ],
  ])('may be in %s', async (name, bytes) => {
    const { text } = await read(docx({ body: '', more: { 'word/document.xml': bytes } }), 'a.docx')
    expect(text).toBe(name.startsWith('a declared') ? 'Die Grose - 契約' : 'Die Größe — 契約')
  })
})
