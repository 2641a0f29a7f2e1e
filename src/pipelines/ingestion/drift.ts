import type { KnownPage } from '../../protocol/posting.ts'
import type { FallenField, FieldCounts } from '../../protocol/visit.ts'
import { DriftField } from '../../protocol/visit.ts'
import type { ListedPosting } from './listed.ts'

/** A field has fallen if fewer than this part of the usual share has it, */
const FALLEN = 0.5
/** and at least so many postings lack it that usually have it. */
const LACKING = 5

/** Whether a listed posting has each field. A field that few sources give is absent from others. */
const HAS: Readonly<Record<DriftField, (posting: ListedPosting) => boolean>> = {
  locations: ({ locations }) => locations.length > 0,
  department: ({ department }) => department !== null,
  employment_type: ({ employment_type }) => employment_type !== null,
  salary: ({ salary }) => salary !== null,
  remote: ({ remote }) => remote !== null,
  posted_at: ({ posted_at }) => posted_at !== null,
  apply_url: ({ apply_url }) => apply_url !== null,
  employer: ({ employer }) => employer !== undefined,
  team: ({ team }) => team !== undefined,
}

/** Those of the fields that a posting lacks. */
export function lackingOf(posting: ListedPosting, fields: readonly DriftField[]): DriftField[] {
  return fields.filter((field) => !HAS[field](posting))
}

/** Counts how many postings of a listing have each field, slice by slice. */
export class FieldTally {
  readonly #source: string
  #of = 0
  readonly #have = new Map<DriftField, number>()

  constructor(source: string) {
    this.#source = source
  }

  /** Counts only postings with content: the pages of the others may give further fields. */
  add(postings: readonly ListedPosting[]): void {
    const whole = postings.filter(({ html }) => html !== null)
    this.#of += whole.length
    for (const field of DriftField.options) {
      const have = whole.filter(HAS[field]).length
      this.#have.set(field, (this.#have.get(field) ?? 0) + have)
    }
  }

  counts(): FieldCounts {
    return { source: this.#source, of: this.#of, have: Object.fromEntries(this.#have) }
  }
}

/**
 * The fields of which fewer postings have a value than usual. The usual share is the median of the visits before, so
 * that a field which stays away for the most of them is no longer usual.
 */
export function fallenFields(
  now: FieldCounts,
  before: readonly FieldCounts[],
): (FallenField & { readonly field: DriftField })[] {
  const visits = before.filter(({ of }) => of > 0)
  if (now.of === 0 || visits.length === 0) return []
  return DriftField.options.flatMap((field) => {
    const usual = median(visits.map((visit) => shareOf(field, visit)))
    const share = shareOf(field, now)
    const lacking = (usual - share) * now.of
    return share < usual * FALLEN && lacking >= LACKING ? [{ field, usual, share }] : []
  })
}

function shareOf(field: DriftField, { of, have }: FieldCounts): number {
  return Math.round(((have[field] ?? 0) / of) * 1_000) / 1_000
}

/** Of two in the middle, the higher one. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** For so many visits the values of a fallen field stay. Then the source has it no more. */
const STAYING = 3

/**
 * Counts the fields of postings with pages of their own. A page is read after its visit's listing, so a value that it
 * lacks stays for one visit, and the next visit counts how many pages lack it.
 */
export class PageTally {
  readonly #source: string
  #of = 0
  readonly #has = new Map<string, number>()
  readonly #lost = new Map<string, number>()

  constructor(source: string) {
    this.#source = source
  }

  add(pages: Iterable<KnownPage>): void {
    for (const { has = [], lost = {} } of pages) {
      this.#of++
      for (const field of has) this.#has.set(field, (this.#has.get(field) ?? 0) + 1)
      for (const field of Object.keys(lost)) this.#lost.set(field, (this.#lost.get(field) ?? 0) + 1)
    }
  }

  counts(): FieldCounts {
    const have = DriftField.options.map((field) => [field, this.#left(field)] as const)
    return { source: this.#source, of: this.#of, have: Object.fromEntries(have) }
  }

  /** The fields that more than half of the pages lack which had them. */
  fallen(): FallenField[] {
    const usual = { source: this.#source, of: this.#of, have: Object.fromEntries(this.#has) }
    return fallenFields(this.counts(), [usual])
  }

  /** The fields of one page whose values no longer stay: only this page lost them, or most did so long ago. */
  accepted({ lost = {} }: KnownPage, visit: number): string[] {
    if (Object.keys(lost).length === 0) return []
    const fallen = new Set(this.fallen().map(({ field }) => field))
    return Object.entries(lost).flatMap(([field, since]) =>
      !fallen.has(field) || visit - since >= STAYING ? [field] : [],
    )
  }

  #left(field: DriftField): number {
    return Math.max(0, (this.#has.get(field) ?? 0) - (this.#lost.get(field) ?? 0))
  }
}

/** The fields that a page lacks and its stored posting has, but for those that are accepted, each with its first visit. */
export function lostOf(
  whole: ListedPosting,
  known: KnownPage | null,
  { visit, accept = [] }: { readonly visit: number; readonly accept?: readonly string[] },
): Readonly<Record<string, number>> {
  const stored = new Set(known?.has)
  const missing = lackingOf(whole, DriftField.options).filter(
    (field) => stored.has(field) && !accept.includes(field),
  )
  return Object.fromEntries(missing.map((field) => [field, known?.lost?.[field] ?? visit]))
}

/** Says it in words, such as “salary (80 % usually, 3 % now)”. */
export function fallenInWords(fallen: readonly FallenField[]): string {
  return fallen
    .map(({ field, usual, share }) => `${field} (${percent(usual)} usually, ${percent(share)} now)`)
    .join(', ')
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
