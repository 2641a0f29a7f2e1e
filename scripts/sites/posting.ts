import { escapeHtml } from './html.ts'
import { chance, pick } from './random.ts'
import { DEPARTMENTS, LANGUAGES, LEVELS, PLACES, ROLES, SENTENCES } from './words.ts'

/** Identifies a posting's revision: its number on its board, and the visit that last changed it. */
export type PostingKey = {
  readonly seed: number
  readonly board: number
  readonly number: number
  readonly revision: number
}

const DAY_MS = 86_400_000
const FIRST_VISIT = Date.UTC(2026, 8, 1)

/** Makes an id that looks like Greenhouse's. No two boards have the same id. */
export function idOf(board: number, number: number): number {
  return 4_000_000_000 + board * 1_000_000 + number
}

/** The same posting's id in the form of Lever and Ashby. */
export function uuidOf({ seed, board, number }: Omit<PostingKey, 'revision'>): string {
  const hex = Math.floor(chance(seed, board, number, 'uuid') * 2 ** 32).toString(16)
  const last = String(idOf(board, number)).padStart(12, '0')
  return `${hex.padStart(8, '0')}-5a3e-4c1d-8b7f-${last}`
}

export function titleOf({ seed, board, number }: PostingKey): string {
  return pick(LEVELS, seed, board, number, 'level') + pick(ROLES, seed, board, number, 'role')
}

export function placeOf({ seed, board, number }: PostingKey): string {
  return pick(PLACES, seed, board, number, 'place')
}

export function departmentOf({ seed, board, number }: PostingKey): string {
  return pick(DEPARTMENTS, seed, board, number, 'department')
}

export function languageOf({ seed, board, number }: PostingKey): string {
  return pick(LANGUAGES, seed, board, number, 'language')
}

/** The posting's time, in milliseconds since 1970, like `changedAt`. */
export function publishedAt({ seed, board, number }: PostingKey): number {
  return FIRST_VISIT - Math.floor(chance(seed, board, number, 'age') * 90) * DAY_MS
}

export function changedAt(key: PostingKey): number {
  return key.revision === 1 ? publishedAt(key) : FIRST_VISIT + key.revision * DAY_MS
}

/** The pay for a year in whole euros. */
export function payOf({ seed, board, number }: PostingKey): { min: number; max: number } {
  const min = 40_000 + Math.floor(chance(seed, board, number, 'pay') * 60) * 1_000
  return { min, max: min + 15_000 }
}

/** HTML with about `length` characters of text. No two revisions of a posting have the same content. */
export function contentOf(key: PostingKey, length: number): string {
  const { seed, board, number, revision } = key
  let paragraphs = ''
  let written = 0
  for (let at = 0; written < length; at++) {
    const sentence = pick(SENTENCES, seed, board, number, at)
    paragraphs += (at % 4 === 0 ? '</p><p>' : ' ') + escapeHtml(sentence)
    written += sentence.length
  }
  return (
    `<div class="content-intro"><h3>${escapeHtml(titleOf(key))}</h3>` +
    `<p>Reference&nbsp;${board}/${number}/${revision}${paragraphs}</p></div>`
  )
}
