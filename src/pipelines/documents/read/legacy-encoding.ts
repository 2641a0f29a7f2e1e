import { detect } from 'jschardet'

import { knownLabel } from '../../html/charset.ts'
import { languageCodeOf } from '../../text/language.ts'
import { decodeRare } from './rare-encodings.ts'

/** The bytes that are shown to the guess. More of them tell nothing new. */
const SAMPLE = 65_536

/** A guess below the first one is none. A text with few letters beyond ASCII needs the second one. */
const CONFIDENCE = { any: 0.06, few: 0.25 }
const FEW = 6

/** Decodes a text in an older encoding. Returns undefined if its bytes do not show which one. */
export function decodeLegacy(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, SAMPLE)
  const { encoding, confidence } = detect(sample)
  const label = knownLabel(encoding ?? undefined)
  const western = new TextDecoder('windows-1252').decode(bytes)
  const least = countHigh(sample) < FEW ? CONFIDENCE.few : CONFIDENCE.any
  const isGuess = confidence < least || isWestern(label)
  if ((isGuess || isInWesternLanguage(western)) && isPlainWestern(western)) return western
  if (confidence < CONFIDENCE.any) return undefined
  if (label !== undefined) return decodeWhole(bytes, label)
  return decodeDos(bytes, encoding ?? '') ?? decodeMac(bytes)
}

/** Decodes bytes in a code page of DOS. Returns undefined for another encoding, and for bytes that make no words in it. */
function decodeDos(bytes: Uint8Array, label: string): string | undefined {
  const text = DOS.test(label) ? decodeRare(bytes, label) : undefined
  return text === undefined || LINE_WITHIN_WORD.test(text) ? undefined : text
}

/** The code pages that the guess tells well. */
const DOS = /^(?:ibm|cp)-?(?:437|737|775|85[0278]|862)$/i
/** No word has a drawn line within it. */
const LINE_WITHIN_WORD = /\p{L}[\u2500-\u259f\ufffd]\p{L}/u

/** The languages whose letters windows-1252 has: those of central Europe share half of their bytes. */
const WESTERN = new Set(['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'da', 'sv', 'no', 'ca', 'fi'])

function isInWesternLanguage(text: string): boolean {
  return WESTERN.has(languageCodeOf(text) ?? '')
}

/** The guess takes western texts of old Macs for Slavic ones. */
function decodeMac(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder('macintosh').decode(bytes)
  return isInWesternLanguage(text) && isPlainWestern(text) ? text : undefined
}

function isWestern(label: string | undefined): boolean {
  return /^(?:windows-1252|iso-8859-1|ascii)$/i.test(label ?? '')
}

function countHigh(bytes: Uint8Array): number {
  return bytes.reduce((count, byte) => count + (byte > 127 ? 1 : 0), 0)
}

/** One wrong byte in so many does not speak against an encoding. */
const WRONG = 0.002

/** Decodes bytes, unless many of them mean nothing in the encoding. */
function decodeWhole(bytes: Uint8Array, label: string): string | undefined {
  const text = new TextDecoder(label).decode(bytes)
  const wrong = text.match(/[\ufffd\u0080-\u009f]/g)?.length ?? 0
  return wrong <= text.length * WRONG ? text : undefined
}

/** The letters of western Europe beyond ASCII, and its signs. */
const LETTER = /[ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒŠŽßàáâãäåæçèéêëìíîïñòóôõöøùúûüœšžÿ]/
const SIGN = /[\u00a0¡£§©ª«¬\u00ad®°±²³µ¶·¹º»¼½¾¿×€‚„…†‡‰‹‘’“”•–—˜™›]/

/** Whether windows-1252 makes words of the bytes: no capital or sign within a word, and few letters beyond ASCII. */
function isPlainWestern(text: string): boolean {
  if (/[\u0080-\u009f]/.test(text)) return false
  const words = text.match(/[^\s\x21-\x40\x5b-\x60\x7b-\x7e]+/g) ?? []
  const odd = words.filter((word) => !/^[a-z]*$/i.test(word) && !isWesternWord(word))
  const high = words.filter((word) => /[^a-z]/i.test(word))
  return odd.length <= high.length * 0.02
}

function isWesternWord(word: string): boolean {
  const letters = Array.from(word.replaceAll(/[’'\u00ad]/g, '')).filter((char) => !SIGN.test(char))
  if (letters.some((char) => !/[a-z]/i.test(char) && !LETTER.test(char))) return false
  const beyond = letters.filter((char) => LETTER.test(char)).length
  if (beyond > 2 && beyond * 2 > letters.length) return false
  const bare = withoutOuterSigns(word)
  const mixed = /\p{Ll}\p{Lu}/u.test(bare) && /[^a-z]/i.test(bare)
  return !mixed && !/\p{L}[^\p{L}’'\u00ad·–—…]+\p{L}/u.test(bare)
}

function withoutOuterSigns(word: string): string {
  const isLetter = (at: number) => /\p{L}/u.test(word.charAt(at))
  let start = 0
  let end = word.length
  while (start < end && !isLetter(start)) start++
  while (end > start && !isLetter(end - 1)) end--
  return word.slice(start, end)
}
