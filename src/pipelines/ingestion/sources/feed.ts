import { toEmploymentType } from '../employment-type.ts'
import { toLabel, toLabels } from '../label.ts'
import { furtherFields, type ListedPosting } from '../listed.ts'
import { toPlaces } from '../place/place-names.ts'
import { toRichText, unescapeText } from '../rich-text.ts'
import { toSalary } from '../salary.ts'
import { remoteIn, toWorkplace } from '../workplace.ts'

/** The facts that a feed gives about a posting besides its address. */
export type FeedFacts = Partial<Omit<ListedPosting, 'external_id' | 'url'>>

export type FeedEntry = {
  readonly loc: string
  readonly lastmod: null
  readonly facts: FeedFacts
  readonly sure: boolean
}

const PAGED = 'The feed has further pages, of which only the first was read.'
const NEWEST = 'The feed has a round number of entries, so it may hold only the newest ones.'

/** Whether a feed has as many entries as a limit would let it have. Blogs have ten, boards fifty or a hundred. */
function mayBeCut(entries: number): boolean {
  return entries >= 10 && entries % 5 === 0
}

/** Why a feed may lack postings, or null. */
export function partialOf(entries: number, hasNext: boolean): string | null {
  if (hasNext) return PAGED
  return mayBeCut(entries) ? NEWEST : null
}

/** Reads the entries of RSS, RDF or Atom, also with the fields of Google's job feeds (`g:`), and the feeds of job portals. */
export class FeedReader {
  readonly entries: FeedEntry[] = []
  whole = false
  next = false
  readonly #root: string
  #fields: Map<string, string> | undefined
  #field: string | undefined

  readonly entry: string

  constructor(root: string, entry: 'item' | 'entry' | 'job') {
    this.#root = root
    this.entry = entry
  }

  end = () => {
    const { entries, whole, next } = this
    const partial = partialOf(entries.length, next)
    return { kind: 'feed' as const, entries, whole, partial }
  }

  open = (name: string, attributes: ReadonlyMap<string, string>): void => {
    if (name === this.entry) this.#fields = new Map()
    if (localOf(name) === 'link') this.#link(attributes)
    const field = name.toLowerCase()
    const isId = name === 'guid' && attributes.get('isPermaLink') === 'false'
    // A second field of a name belongs to something within the entry, such as its source.
    this.#field = isId || name === this.entry || this.#fields?.has(field) ? undefined : field
  }

  text = (text: string): void => {
    const field = this.#field
    if (field !== undefined) this.#fields?.set(field, (this.#fields.get(field) ?? '') + text)
  }

  close = (name: string): void => {
    this.#field = undefined
    if (name === this.#root) this.whole = true
    if (name !== this.entry || !this.#fields) return
    const entry = toEntry(this.#fields, this.entry)
    if (entry) this.entries.push(entry)
    this.#fields = undefined
  }

  /** Atom gives an address as an attribute. A link without a relation is the entry's own page. */
  #link(attributes: ReadonlyMap<string, string>): void {
    const href = attributes.get('href')
    const rel = attributes.get('rel') ?? 'alternate'
    if (href === undefined) return
    if (this.#fields && rel === 'alternate' && !this.#fields.has('href')) {
      this.#fields.set('href', href)
    }
    if (!this.#fields && rel === 'next') this.next = true
  }
}

function localOf(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

function toEntry(fields: ReadonlyMap<string, string>, entry: string): FeedEntry | undefined {
  const locals = new Map([...fields].map(([name, text]) => [localOf(name), text]))
  const first: FieldReader = (...names) =>
    names
      .map((name) => (fields.get(name) ?? locals.get(name))?.trim() ?? '')
      .find((text) => text !== '') ?? null
  const loc = first('link', 'href', 'url', 'guid', 'id')
  if (loc === null) return undefined
  const sure = entry === 'job' || [...fields.keys()].some((name) => name.startsWith('g:'))
  return { loc, sure, lastmod: null, facts: factsOf(first, sure) }
}

type FieldReader = (...names: string[]) => string | null

function factsOf(first: FieldReader, sure: boolean): FeedFacts {
  const title = toLabel(unescapeText(first('title', 'g:title') ?? ''))
  const content = sure ? first('content:encoded', 'description', 'g:description', 'content') : null
  const town = ['city', 'state', 'country'].flatMap((name) => first(name) ?? [])
  const locations = toPlaces([
    first('g:location', 'location') ?? (town.length === 0 ? null : town.join(', ')),
  ])
  return {
    ...(title === '' ? {} : { title }),
    html: isWhole(content) ? toRichText(content) : null,
    locations,
    remote: remoteIn(locations),
    employment_type: toEmploymentType(first('g:job_type', 'g:employment_type', 'jobtype')),
    salary: toSalary({
      text: first('g:salary', 'salary'),
      currency: first('g:currency'),
      period: first('g:salary_type'),
    }),
    posted_at: first('g:publish_date', 'pubdate', 'published', 'dc:date', 'date'),
    updated_at: first('updated'),
    valid_through: first('g:expiration_date', 'expirationdate'),
    ...furtherFields({
      employer: first('g:employer', 'g:company', 'company'),
      workplace: toWorkplace(locations),
      employment_words: toLabels([first('g:job_type', 'g:employment_type')]),
    }),
  }
}

/** A shorter text is a teaser, and the posting's page has the rest. */
const MIN_CONTENT = 400

export function isWhole(content: string | null): content is string {
  return content !== null && content.length >= MIN_CONTENT
}
