import { describe, expect, test } from 'vitest'

import { read } from '../support/documents/reading.ts'

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

function message(body: string, charset: string, subject = 'S'): Uint8Array {
  return latin1(
    `From: a@b.test\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=${charset}\r\n\r\n${body}`,
  )
}

async function readMail(body: string, charset: string) {
  const { text, notices } = await read(message(body, charset), 'a.eml')
  return { text: text.replace(/^S\n\nFrom: .*\n\n/, ''), notices }
}

const WRITTEN = [
  ['utf8mb4', 'Gr\xc3\xbc\xc3\x9fe', 'Grüße'],
  ['iso_2022-jp', '\x1b$B7@Ls=q\x1b(B', '契約書'],
  ['UTF-7', 'Gr+APwA3w-e +- 5 +IKw- +2D3cDA-', 'Grüße + 5 € 🐌'],
  ['unicode-1-1-utf-7', '1+1 = +AF8-', '1+1 = _'],
  ['HZ-GB-2312', 'A: ~{:OM,~} ~~5', 'A: 合同 ~5'],
  ['iso-2022-kr', '\x1b$)C\r\n\x0e0h>`\x0f 5', '계약 5'],
  ['iso-2022-cn', '\x1b$)A\x0e:OM,\x0f x', '合同 x'],
  ['x-mac-ce', 'P\xde\x92slu\xe4n\xf9 soud', 'Příslušný soud'],
  ['X-MAC-CENTRALEURROMAN', '\xb8\x97d\x90', 'łódź'],
  ['x-mac-turkish', '\xdeirket', 'Şirket'],
  ['cp437', 'K\x94ln \xe4', 'Köln Σ'],
  ['IBM850', 'K\x94ln \xb8', 'Köln ©'],
  ['cp858', '5 \xd5', '5 €'],
  ['cspc852', '\x88\xa2d\xab', 'łódź'],
  ['"ibm-1026"', '\xc1', 'A'],
] as const

describe('an encoding that decoders of the web lack is read', () => {
  test.each(WRITTEN)('in mail: %s', async (charset, body, text) => {
    expect(await readMail(body, charset)).toEqual({ text, notices: [] })
  })

  test.each([
    ['UTF-7', '=?utf-7?Q?Gr+APwA3w-e_aus?= =?UTF-7?Q?_K+APY-ln?=', 'Grüße aus Köln'],
    ['a code page of DOS', '=?IBM850?B?S5Rsbg==?=', 'Köln'],
    ['a known one beside it', '=?utf-8?Q?K=C3=B6ln?= =?x-mac-ce?Q?=B8=97d=90?=', 'Kölnłódź'],
  ])('in headers: %s', async (_, subject, title) => {
    expect((await read(message('Words', 'utf-8', subject), 'a.eml')).title).toBe(title)
  })

  test('in a page that declares it', async () => {
    const page =
      '<html><head><meta charset="x-mac-ce"></head><body><p>P\xde\x92slu\xe4n\xf9</p></body></html>'
    expect((await read(latin1(page), 'a.html')).text).toBe('Příslušný')
    const xml =
      '<?xml version="1.0" encoding="IBM852"?><doc><p>\x88\xa2d\xab stoi w porcie</p></doc>'
    expect((await read(latin1(xml), 'a.xml')).text).toContain('łódź stoi w porcie')
  })

  test.each([
    ['HZ', '~{:OM,~} of the sale', '合同 of the sale'],
    ['UTF-7 with its mark', '+/v8-Gr+APwA3w-e', 'Grüße'],
    ['Korean of seven bits', '\x1b$)C\n\x0e0h>`\x0f 5', '계약 5'],
    ['none: a text with the marks of HZ', 'x = ~{a};', 'x = ~{a};'],
  ])('in a text whose bytes show it: %s', async (_, body, text) => {
    expect((await read(latin1(body), 'a.txt')).text).toBe(text)
  })
})

describe('an encoding that nobody knows', () => {
  test('is named by a notice, in a text and in a header', async () => {
    const { notices } = await readMail('Gr\xfc\xdfe aus K\xf6ln', 'x-harbour-9')
    expect(notices).toMatchObject([{ code: 'encoding_guessed', count: 1 }])
    expect(notices?.[0]?.message).toContain('x-harbour-9')
    const { notices: head } = await read(message('W', 'utf-8', '=?x-quay?Q?K=F6ln?='), 'a.eml')
    expect(head).toMatchObject([{ code: 'encoding_guessed', count: 1 }])
  })

  test.each([
    [
      'a.html',
      '<html><head><meta charset="x-harbour-9"></head><body><p>Gr\xfc\xdfe</p></body></html>',
    ],
    ['a.xml', '<?xml version="1.0" encoding="x-harbour-9"?><doc><p>Gr\xfc\xdfe</p></doc>'],
  ])('is named by a notice in %s', async (name, file) => {
    const { text, notices } = await read(latin1(file), name)
    expect(text).toContain('Grüße')
    expect(notices).toMatchObject([{ code: 'encoding_guessed', count: 1 }])
    const { notices: none } = await read(latin1(file.replaceAll(/[\xfc\xdf]/g, 'u')), name)
    expect(none).toEqual([])
  })

  test('is named also if it has seven bits', async () => {
    const { notices } = await readMail('\x1b$)G\x0e&!\x0f', 'iso-2022-cn')
    expect(notices).toMatchObject([{ code: 'encoding_guessed' }])
  })

  test('is no matter if the text is UTF-8 or ASCII', async () => {
    const written = Buffer.from('Grüße', 'utf8').toString('latin1')
    expect(await readMail(written, 'x-harbour-9')).toEqual({ text: 'Grüße', notices: [] })
    expect(await readMail('Words ~ alone', 'x-harbour-9')).toEqual({
      text: 'Words ~ alone',
      notices: [],
    })
  })
})
