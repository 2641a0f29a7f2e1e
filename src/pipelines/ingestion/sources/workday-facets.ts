import {
  type ListPage,
  newBudget,
  type PageBudget,
  type PagedList,
  readPages,
  tooMany,
} from './pages.ts'

/** The chosen values of a search, by facet. */
export type Applied = Readonly<Record<string, readonly string[]>>

type FacetValue = { readonly id: string; readonly count: number }
export type Facet = { readonly name: string; readonly values: readonly FacetValue[] }

export type FacetPage = ListPage & { readonly facets: readonly Facet[] }

type FacetedList = {
  /** A search counts at most so many postings, and repeats its first page beyond them. */
  readonly cap: number
  /** The most pages of all searches together. */
  readonly pages: number
  readonly read: (applied: Applied, offset: number) => Promise<FacetPage>
  readonly idOf: (item: unknown) => unknown
}

const MAX_DEPTH = 4
/** Each posting has at most one value of these. So their counts add up to postings. */
const SINGLE = new Set(['jobFamilyGroup', 'timeType', 'workerSubType'])
const UNSPLIT = 'A part of the job list has more postings than one search counts.'

/** Reads a list whole. A search that reaches the cap is divided by the values of a facet, and each part is read. */
export async function readFaceted(list: FacetedList): Promise<PagedList> {
  const budget = newBudget(list.pages)
  const root = await firstPage(list, {}, budget)
  if (root.total !== list.cap) return walkPart(list, { applied: {}, budget, first: root })
  const parts = await readParts(list, { applied: {}, page: root, budget, depth: 0 })
  const byId = new Map(parts.items.map((item) => [list.idOf(item), item]))
  const total = Math.max(list.cap, ...root.facets.filter(isSingle).map(sumOf))
  const short =
    byId.size === total
      ? null
      : `The board's facets count ${total} postings, but its job list holds ${byId.size}.`
  return { items: [...byId.values()], total, incomplete: parts.incomplete ?? short }
}

type ListPart = {
  readonly applied: Applied
  readonly page: FacetPage
  readonly budget: PageBudget
  readonly depth: number
}

async function readParts(list: FacetedList, part: ListPart): Promise<PagedList> {
  const { applied, page, budget, depth } = part
  const facet = depth < MAX_DEPTH ? finest(page.facets, applied) : undefined
  if (!facet) return { items: page.items, total: page.total, incomplete: UNSPLIT }
  const items: unknown[] = []
  let incomplete: string | null = null
  for (const { id } of facet.values) {
    if (budget.left <= 0) return { items, total: null, incomplete: tooMany(budget) }
    const narrowed = { ...applied, [facet.name]: [id] }
    const first = await firstPage(list, narrowed, budget)
    const read =
      first.total === list.cap
        ? await readParts(list, { applied: narrowed, page: first, budget, depth: depth + 1 })
        : await walkPart(list, { applied: narrowed, budget, first })
    items.push(...read.items)
    incomplete ??= read.incomplete
  }
  return { items, total: null, incomplete }
}

async function firstPage(list: FacetedList, applied: Applied, budget: PageBudget) {
  budget.left -= 1
  return list.read(applied, 0)
}

type Walk = { readonly applied: Applied; readonly budget: PageBudget; readonly first: FacetPage }

/** Reads the pages of a search of which the first one is known already. */
function walkPart({ read, idOf }: FacetedList, { applied, budget, first }: Walk) {
  let known: FacetPage | undefined = first
  budget.left += 1
  const readPage = async (offset: number): Promise<FacetPage> => {
    const page = offset === 0 && known ? known : await read(applied, offset)
    known = undefined
    return page
  }
  return readPages({ read: ({ offset }) => readPage(offset), idOf }, budget)
}

/** The facet whose largest value is the smallest: it divides the search best. */
function finest(facets: readonly Facet[], applied: Applied): Facet | undefined {
  const open = facets.filter(({ name, values }) => values.length > 1 && !(name in applied))
  return open.toSorted((one, other) => largest(one) - largest(other))[0]
}

function largest({ values }: Facet): number {
  return Math.max(...values.map(({ count }) => count))
}

function isSingle({ name }: Facet): boolean {
  return SINGLE.has(name)
}

function sumOf({ values }: Facet): number {
  return values.reduce((sum, { count }) => sum + count, 0)
}
