import { difference } from './item.ts'

/** What has been read of a listing before a page of it is asked for. */
type ListPosition = {
  /** The number of entries so far. Offsets count what came, and not what was asked for. */
  readonly offset: number
  /** The number of the page. The first one is 1. */
  readonly page: number
  /** The address or the token of this page, which the page before gave. Null on the first page. */
  readonly next: string | null
}

export type ListPage<T = unknown> = {
  readonly items: readonly T[]
  /** The number of entries that the platform claims. Null if this page claims none. */
  readonly total: number | null
  /** The next page as the platform names it; null after the last page. Absent where the platform names none. */
  readonly next?: string | null
}

/** How many pages of a listing may still be asked for. */
export type PageBudget = { left: number; readonly most: number }

export function newBudget(most = MAX_PAGES): PageBudget {
  return { left: most, most }
}

export type PagedList<T = unknown> = {
  readonly items: readonly T[]
  /** Why entries may be missing, or null. */
  readonly incomplete: string | null
  readonly total: number | null
}

export type PageReader<T> = {
  readonly read: (at: ListPosition) => Promise<ListPage<T>>
  /** What tells one entry from another. */
  readonly idOf: (item: T) => unknown
}

const MAX_ITEMS = 50_000
/** A plan has twelve minutes, and a host is asked for a page once a second. */
const MAX_PAGES = 600
const REPEATED = 'The platform sent a page of the job list again.'
const TOO_LONG = `The job list has more than ${MAX_ITEMS} postings.`

export function tooMany({ most }: PageBudget): string {
  return `The job list has more than ${most} pages, which is more than a visit reads.`
}

/** Whether reading again would not help. */
function isLasting(reason: string, budget: PageBudget): boolean {
  return reason === REPEATED || reason === TOO_LONG || reason === tooMany(budget)
}

/**
 * Reads all pages of a listing. A list that is sorted by time shifts while it is read: if fewer or more entries came
 * than the platform claims, the whole list is read once more.
 */
export async function readPages<T>(
  reader: PageReader<T>,
  budget: PageBudget = newBudget(),
): Promise<PagedList<T>> {
  const before = budget.left
  const once = await walk(reader, budget)
  const shifted = once.incomplete !== null && !isLasting(once.incomplete, budget)
  return shifted && budget.left >= before - budget.left ? walk(reader, budget) : once
}

/**
 * Reads page after page until the platform says that there are no more, or until all that it claims came. The
 * largest of its claims counts: some platforms claim 0 on later pages.
 */
async function walk<T>({ read, idOf }: PageReader<T>, budget: PageBudget): Promise<PagedList<T>> {
  const items: T[] = []
  const ids = new Set<unknown>()
  let total: number | null = null
  let at: ListPosition = { offset: 0, page: 1, next: null }
  for (;;) {
    if (budget.left <= 0) return { items, total, incomplete: tooMany(budget) }
    budget.left -= 1
    const page = await read(at)
    const before = ids.size
    for (const item of page.items) {
      ids.add(idOf(item) ?? item)
      items.push(item)
    }
    if (page.total !== null) total = Math.max(total ?? 0, page.total)
    if (page.items.length > 0 && ids.size === before) return { items, total, incomplete: REPEATED }
    if (items.length > MAX_ITEMS) return { items, total, incomplete: TOO_LONG }
    if (isLast(page, items.length, total)) break
    at = { offset: items.length, page: at.page + 1, next: page.next ?? null }
  }
  return { items, total, incomplete: difference(ids.size, total) }
}

function isLast({ items, next }: ListPage, came: number, total: number | null): boolean {
  if (next !== undefined) return next === null
  return items.length === 0 || (total !== null && came >= total)
}
