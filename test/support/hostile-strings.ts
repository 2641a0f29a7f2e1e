import * as fc from 'fast-check'

const position = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * Every text of a request is replaced by each of these in turn. Each of them has broken a list, a statement
 * or a parser.
 */
export const WORST: readonly string[] = ['\0', '\ud800', position(1e10)]

/** Texts that some store, parser or format has failed on. */
const KNOWN = [
  ['a\0b', '\udfff\ud800', '\u202e', '\u2028', '\r\n\r\n', '\u001b[2J', '', ' ', '%', '%00'],
  ['%ff', '%ED%A0%80', '../..', '/', '\\', "'", '"', "'; --", '$1', '{}', '[]', 'null', 'NaN'],
  ['undefined', '__proto__', 'constructor', 'toString', 'a & b | !c', '-1', '1e309', '1.5', '0x10'],
  [
    '9'.repeat(10),
    '9'.repeat(15),
    '9'.repeat(40),
    '2147483648',
    'e.9',
    'e.-1',
    '0.0',
    '"e.1"',
    '*',
  ],
  ['a'.repeat(101), 'a'.repeat(256), 'a'.repeat(501), 'é'.repeat(3_000), 'https://', 'http://['],
  ['2026-13-01', '0000-01-01T00:00:00Z', 'infinity', 'data:,', 'javascript:0', 'http://a\0b/'],
].flat()

/** Forged cursors: a listing could have given them out, but did not. */
const FORGED = [
  [null, {}, [], 5, -1, 1e300, 'a', '\0', ['\0'], ['\0', '\0'], ['\ud800', '1'], [1, 2]],
  ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z'].map((time) => [time, 'a']),
  ['a', '\0'].map((id) => ['9999-12-31T23:59:59.999999999Z', id]),
]
  .flat()
  .map(position)

/** Any text, and most often a known hostile one. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...KNOWN) },
  { weight: 1, arbitrary: fc.constantFrom(...FORGED) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 2_000 }) },
)

/** Encodes the text for an address, as UTF-8 or as other bytes. */
export function inAddress(text: string, form: 'utf8' | 'bytes' | 'bare'): string {
  if (form === 'bare' && /^[\w.~%-]+$/.test(text)) return text
  const bytes = Buffer.from(text, form === 'bytes' ? 'utf16le' : 'utf8')
  return [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}

/** Replaces the characters that a header must not have. */
export function inHeader(text: string): string {
  return text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?')
}

export type Json = string | number | boolean | null | readonly Json[] | { [name: string]: Json }

/** Counts the texts in the JSON, including the names of members. */
export function countTexts(json: Json): number {
  let count = 0
  replaceTexts(json, (text) => {
    count += 1
    return text
  })
  return count
}

/** Replaces each text in the JSON. */
export function replaceTexts(json: Json, other: (text: string) => string): Json {
  if (typeof json === 'string') return other(json)
  if (Array.isArray(json)) return json.map((one) => replaceTexts(one, other))
  if (typeof json !== 'object' || json === null) return json
  const members = Object.entries(json)
  return Object.fromEntries(
    members.map(([name, value]) => [other(name), replaceTexts(value, other)]),
  )
}
