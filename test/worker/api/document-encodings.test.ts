import { expect, test } from 'vitest'

import { extract } from '../../../src/pipelines/documents/read/extract.ts'

const TEXTS: readonly (readonly [encoding: string, sample: string, bytes: string])[] = [
  ['windows-1251', 'Договор', 'c4eee3eee2eef0'],
  ['koi8-r', 'Договор', 'e4cfc7cfd7cfd2'],
  ['shift_jis', '契約は、書面による', '8c5f96f182cd8141918d96ca82c982e682e9'],
  ['euc-jp', '契約は', 'b7c0cc f3a4cf'],
  ['gb18030', '合同', 'bacfcdac'],
  ['big5', '契約', 'abb4acf9'],
  ['euc-kr', '계약', 'b0e8bee0'],
  ['macintosh', 'ü', '9f'],
  ['ibm866', 'Д', '84'],
  ['windows-874', 'ก', 'a1'],
]

// Node and workerd have decoders of their own.
test.each(TEXTS)('workerd decodes %s', (encoding, _, hex) => {
  const bytes = Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (two) =>
    Number.parseInt(two, 16),
  )
  expect(new TextDecoder(encoding).decode(bytes)).not.toMatch(/[\ufffd]/)
})

test('workerd reads a text of which only the bytes tell the encoding', async () => {
  const line = Uint8Array.from(
    'Договор аренды жилого помещения. Арендатор обязуется вносить плату.',
    (char) => {
      const code = char.charCodeAt(0)
      return code < 128 ? code : code - 0x350
    },
  )
  const source = { bytes: line, kind: 'text', name: 'a.txt' } as const
  const { text } = await extract(source, { signal: new AbortController().signal, say: () => {} })
  expect(text).toBe('Договор аренды жилого помещения. Арендатор обязуется вносить плату.')
})
