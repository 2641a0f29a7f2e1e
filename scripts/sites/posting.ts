import { escapeHtml } from './html.ts'
import { chance, pick } from './random.ts'
import { DEPARTMENTS, LANGUAGES, LEVELS, PLACES, ROLES, SENTENCES } from './words.ts'

/** A posting of a board: its number there, and the visit that last changed it. */
export type PostingKey = {
  readonly seed: number
  readonly board: number
  readonly number: number
  readonly revision: number
}

const DAY_MS = 86_400_000
const FIRST_VISIT = Date.UTC(2026, 8, 1)

/** Ids look like Greenhouse's own, and none is given on two boards. */
export function idOf(board: number, number: number): number {
  return 4_000_000_000 + board * 1_000_000 + number
}

/** One job as Greenhouse's listing has it, but for `content`, `departments` and `offices`. */
export function makePosting(key: PostingKey, site: { company: string; page: string }) {
  const { seed, board, number, revision } = key
  const published = FIRST_VISIT - Math.floor(chance(seed, board, number, 'age') * 90) * DAY_MS
  const changed = revision === 1 ? published : FIRST_VISIT + revision * DAY_MS
  return {
    absolute_url: site.page,
    data_compliance: [{ type: 'gdpr', requires_consent: false, retention_period: null }],
    internal_job_id: idOf(board, number) - 1_000_000_000,
    location: { name: pick(PLACES, seed, board, number, 'place') },
    metadata: [{ id: 1, name: 'Employment Type', value: 'Regular', value_type: 'single_select' }],
    id: idOf(board, number),
    updated_at: zoned(changed),
    requisition_id: `R-${board}-${number}`,
    title: titleOf(key),
    company_name: site.company,
    first_published: zoned(published),
    language: pick(LANGUAGES, seed, board, number, 'language'),
  }
}

function titleOf({ seed, board, number }: PostingKey): string {
  return pick(LEVELS, seed, board, number, 'level') + pick(ROLES, seed, board, number, 'role')
}

export function groupingsOf({ seed, board, number }: PostingKey) {
  const department = pick(DEPARTMENTS, seed, board, number, 'department')
  const office = pick(PLACES, seed, board, number, 'place')
  return {
    departments: [{ id: 1, name: department, child_ids: [], parent_id: null }],
    offices: [{ id: 1, name: office, location: office, child_ids: [], parent_id: null }],
  }
}

/** HTML with about `length` characters of text; no two revisions of a posting have the same. */
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

/** With an offset, as Greenhouse writes its times. */
function zoned(ms: number): string {
  return new Date(ms - 4 * 3_600_000).toISOString().replace('.000Z', '-04:00')
}
