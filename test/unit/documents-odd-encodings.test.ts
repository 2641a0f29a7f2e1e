import { describe, expect, test } from 'vitest'

import { failureOf, read } from '../support/documents/reading.ts'

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

function utf32(text: string, order: 'le' | 'be'): Uint8Array {
  const bytes = new Uint8Array(Array.from(text).length * 4)
  const view = new DataView(bytes.buffer)
  for (const [at, char] of Array.from(text).entries())
    view.setUint32(at * 4, char.codePointAt(0) ?? 0, order === 'le')
  return bytes
}

const MAC: Readonly<Record<string, string>> = { à: '\x88', è: '\x8f', é: '\x8e', ù: '\x9d' }
const mac = (text: string) => text.replaceAll(/[àèéù]/g, (char) => MAC[char] ?? '')

describe('a text with zeros is read', () => {
  const LINE = 'The seller hands over the boat within three days.'
  const FIELD = 'a\0b\0c\0The boat lies at the quay of Eskmouth since May.\0\n'

  test.each([
    ['between its fields', FIELD.repeat(3), 'abcThe boat lies at the quay of Eskmouth since May.'],
    ['at its end', `${LINE}\n${'\0'.repeat(14)}`, LINE],
    ['after each line', `${LINE}\0\n${LINE}\0\n`, `${LINE}\n${LINE}`],
    ['in windows-1252', 'Der Käufer prüft die Größe.\0\0\0\n', 'Der Käufer prüft die Größe.'],
  ])('%s', async (_, file, text) => {
    expect((await read(latin1(file), 'a.txt')).text).toContain(text)
  })

  test('and UTF-16 is still told by its zeros', async () => {
    const bytes = new Uint8Array(Buffer.from(LINE, 'utf16le'))
    expect((await read(bytes, 'a.txt')).text).toBe(LINE)
  })

  test('but a file of zeros is none, and neither is a packed one', async () => {
    const zeros = latin1(`${'\0'.repeat(900)}words ${'\0'.repeat(900)}`)
    expect((await failureOf(zeros, 'a.txt'))?.code).toBe('unsupported')
    const tar = latin1(`a.txt${'\0'.repeat(252)}ustar${'\0'.repeat(250)}${LINE.repeat(200)}`)
    expect((await failureOf(tar, 'a.txt'))?.message).toContain('archive')
  })
})

describe('UTF-32 is read', () => {
  const TEXT = 'Der Käufer 𝄞 zahlt 50 €. 卖方交付船舶。'

  test.each(['le', 'be'] as const)('%s, with a mark and without', async (order) => {
    expect((await read(utf32(TEXT, order), 'a.txt')).text).toBe(TEXT)
    expect((await read(utf32(`\ufeff${TEXT}`, order), 'a.md')).text).toBe(TEXT)
    const page = `<!doctype html><html><body><p>${TEXT}</p></body></html>`
    expect((await read(utf32(page, order), 'a.html')).text).toBe(TEXT)
  })
})

describe('older encodings that share their bytes are told apart', () => {
  const ITALIAN =
    'Il venditore consegna la nave entro tre giorni. La città è responsabile; perché il prezzo sarà pagato più tardi, né prima né dopo.'

  test('by the language of the words', async () => {
    expect((await read(latin1(ITALIAN), 'a.txt')).text).toBe(ITALIAN)
    expect((await read(latin1(mac(ITALIAN)), 'a.txt')).text).toBe(ITALIAN)
  })

  test('the code pages of DOS', async () => {
    const german =
      'Der K\x84ufer pr\x81ft das Schiff binnen drei Tagen; M\x84ngel r\x81gt er. Gr\x94\xe1ere Sch\x84den heilt er.'
    expect((await read(latin1(german), 'a.txt')).text).toBe(
      'Der Käufer prüft das Schiff binnen drei Tagen; Mängel rügt er. Größere Schäden heilt er.',
    )
    const polish =
      'Umowa sprzeda\xbey \x88odzi. Sprzedaj\xa5cy wyda \x88\xa2d\xab kupuj\xa5cemu w ci\xa5gu trzech dni.'
    expect((await read(latin1(polish), 'a.txt')).text).toBe(
      'Umowa sprzedaży łodzi. Sprzedający wyda łódź kupującemu w ciągu trzech dni.',
    )
  })

  test('and Japanese in a page that wrongly says UTF-8', async () => {
    const page =
      '<html><head><meta charset="utf-8"></head><body><p>\x1b$B7@Ls=q\x1b(B 5</p></body></html>'
    expect((await read(latin1(page), 'a.html')).text).toBe('契約書 5')
  })
})
