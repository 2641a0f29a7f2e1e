import { describe, expect, test } from 'vitest'

import { partsOf } from '../../src/pipelines/documents/read/mail/text-parts.ts'
import { read } from '../support/documents/reading.ts'

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const asUtf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

/** Makes a message whose body has these bytes, one character each. */
function message(body: string, type: string, more = ''): Uint8Array {
  const head = 'From: a@b.test\r\nTo: b@b.test\r\nSubject: S\r\nMIME-Version: 1.0\r\n'
  return latin1(`${head}${type === '' ? '' : `Content-Type: ${type}\r\n`}${more}\r\n${body}`)
}

async function textOf(bytes: Uint8Array): Promise<string> {
  return (await read(bytes, 'a.eml')).text.replace(/^S\n\nFrom: .*\nTo: .*\n\n/, '')
}

const GERMAN = 'Grüße aus Köln: die Größe der Türen prüft der Käufer.'
const RUSSIAN = 'Договор аренды жилого помещения.'
const CP1251 = Array.from(RUSSIAN, (char) =>
  char.charCodeAt(0) < 128 ? char : String.fromCharCode(char.charCodeAt(0) - 0x350),
).join('')

describe('a part of a message is read in the encoding that it was written in', () => {
  test.each([
    ['without a type', message(GERMAN, ''), GERMAN],
    ['without a charset', message(GERMAN, 'text/plain'), GERMAN],
    ['without a charset, in Russian', message(CP1251, 'text/plain'), RUSSIAN],
    ['that says UTF-8 and is not', message(GERMAN, 'text/plain; charset=utf-8'), GERMAN],
    [
      'that says ASCII and is not',
      message(asUtf8(GERMAN), 'text/plain; charset="us-ascii"'),
      GERMAN,
    ],
    [
      'that says ISO-8859-1 and is UTF-8',
      message(asUtf8(GERMAN), 'text/plain; charset=iso-8859-1'),
      GERMAN,
    ],
    [
      'whose charset nobody knows',
      message(GERMAN, 'text/plain; charset=unknown-8bit; x=y'),
      GERMAN,
    ],
    ['in Japanese of seven bits', message('\x1b$B7@Ls=q\x1b(B', 'text/plain'), '契約書'],
    [
      'as a page that says it itself',
      message(`<meta charset="windows-1251"><p>${CP1251}</p>`, 'text/html'),
      RUSSIAN,
    ],
    [
      'as a page in Quoted-Printable',
      message(
        '<p>Gr=FC=DFe aus =\r\nK=F6ln</p>',
        'text/html',
        'Content-Transfer-Encoding: quoted-printable\r\n',
      ),
      'Grüße aus Köln',
    ],
    [
      'in base64',
      message(btoa(GERMAN), 'text/plain', 'Content-Transfer-Encoding: base64\r\n'),
      GERMAN,
    ],
    ['as it says', message(CP1251, 'text/plain; charset=windows-1251'), RUSSIAN],
  ])('%s', async (_, bytes, text) => {
    expect(await textOf(bytes)).toBe(text)
  })

  test('also within other parts, and within a message that is attached', async () => {
    const parts = `--b\r\n\r\n${GERMAN}\r\n--b\r\nContent-Type: application/pdf; name="Größe.pdf"\r\nContent-Disposition: attachment\r\n\r\nx\r\n--b--\r\n`
    const text = await textOf(message(parts, 'multipart/mixed; boundary="b"'))
    expect(text).toContain(GERMAN)
    expect(text).toContain('Größe.pdf')
  })

  test('also in headers', async () => {
    const bytes = latin1(
      'From: a@b.test\r\nTo: b\r\nSubject: Größe der Türen\r\nMIME-Version: 1.0\r\n\r\nx',
    )
    expect((await read(bytes, 'a.eml')).title).toBe('Größe der Türen')
  })

  test('in linear time', () => {
    const began = performance.now()
    const head = 'Content-Type: multipart/mixed; boundary=b\r\n'
    partsOf(latin1(head + '--b\r\nx\r\n'.repeat(200_000)))
    partsOf(latin1(head.repeat(50_000)))
    partsOf(latin1(`${head}\r\n${'--b\r\nContent-Type: message/rfc822\r\n\r\n'.repeat(50_000)}`))
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})
