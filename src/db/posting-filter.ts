import { cleanText } from '../protocol/clean-text.ts'
import { formsOf, wordsOf } from '../protocol/posting-words.ts'
import type { PostingView } from '../protocol/posting.ts'
import { CLOSES, IS_CLOSED } from './posting-view.ts'

/** Which of an owner's postings are listed. An absent field filters nothing; a list matches any of its values. */
export type PostingFilter = {
  readonly owner: string
  readonly company?: string | undefined
  readonly external_id?: string | undefined
  readonly status?: PostingView['status'] | undefined
  readonly workplace?: readonly string[] | undefined
  readonly country?: readonly string[] | undefined
  readonly language?: readonly string[] | undefined
  readonly employment_type?: readonly string[] | undefined
  readonly department?: string | undefined
  /** Posted at this time or later. A posting without such a time counts from when it was first seen. */
  readonly posted_since?: string | undefined
  /** New, changed or expired at this time or later, or since a run began. */
  readonly changed_since?: { readonly time: string } | { readonly run_id: string } | undefined
  /** Words, or a part of the title. */
  readonly q?: string | undefined
}

/** Adds a value to a statement's parameters. Returns its place, with its type. */
export type Bind = (value: unknown, type: string) => string

/** When a posting was posted. A source that posts it again on each visit does not make it newer than it is. */
export const NEWEST = 'least(posted_at, first_seen_at)'

/** The columns that the conditions read. */
export const FILTERED =
  'status, valid_through, closed_at, posted_at, first_seen_at, changed_at, title, facets, words'

const FACETS = ['workplace', 'country', 'language', 'employment_type'] as const

/**
 * The filter's conditions but for the owner and the query. A posting matches the query by any of `searches`, of which
 * each has an index of its own. `titled`: its title does.
 */
export function conditionsOf(filter: PostingFilter, bind: Bind) {
  const { q } = filter
  const search = q === undefined ? undefined : searchOf(cleanText(q), bind)
  const conditions = [
    ...equal(filter, bind),
    ...statusIs(filter.status, bind),
    ...FACETS.flatMap((name) => anyOf(name, filter[name], bind)),
    ...anyOf('department', filter.department === undefined ? undefined : [filter.department], bind),
    ...since(filter, bind),
  ]
  return { conditions, searches: search?.searches ?? [], titled: search?.titled ?? 'false' }
}

function equal({ company, external_id }: PostingFilter, bind: Bind): string[] {
  return Object.entries({ company, external_id }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} = ${bind(cleanText(value), 'text')}`],
  )
}

function statusIs(status: PostingView['status'] | undefined, bind: Bind): string[] {
  if (status === undefined) return []
  const stored = `status = ${bind(status === 'closed' ? 'open' : status, 'text')}`
  switch (status) {
    case 'open':
      return [stored, `NOT ${IS_CLOSED}`]
    case 'closed':
      return [stored, `${CLOSES} < now()`]
    case 'expired':
      return [stored]
  }
}

function anyOf(name: string, values: readonly string[] | undefined, bind: Bind): string[] {
  if (values === undefined) return []
  const facets = values.map((value) => `${name}:${cleanText(value)}`)
  return [`facets && ${bind(facets, 'text[]')}`]
}

function since({ owner, posted_since, changed_since }: PostingFilter, bind: Bind): string[] {
  const posted =
    posted_since === undefined ? [] : [`${NEWEST} >= ${bind(posted_since, 'timestamptz')}`]
  if (changed_since === undefined) return posted
  const time =
    'time' in changed_since
      ? bind(changed_since.time, 'timestamptz')
      : `(SELECT created_at FROM runs WHERE owner = ${bind(owner, 'text')}
          AND run_id = ${bind(changed_since.run_id, 'text')})`
  return [...posted, `changed_at >= ${time}`]
}

/** A posting matches if it has a form of each word, or if its title has the query as it is. */
function searchOf(q: string, bind: Bind) {
  const part = `title ILIKE ${bind(`%${literal(q)}%`, 'text')}`
  const forms = wordsOf(q).map((word) => bind(formsOf(word), 'text[]'))
  if (forms.length === 0) return { searches: [part], titled: part }
  const has = (words: string) => forms.map((any) => `${words} && ${any}`).join(' AND ')
  return {
    searches: [part, has(`string_to_array(words, ' ')`)],
    titled: `(${part} OR (${has(`string_to_array(lower(title), ' ')`)}))`,
  }
}

/** One condition for all of the filter but the owner. */
export function wholeCondition({
  conditions,
  searches,
}: Pick<ReturnType<typeof conditionsOf>, 'conditions' | 'searches'>): string {
  const search = searches.map((one) => `(${one})`).join(' OR ')
  return [...conditions, ...(search === '' ? [] : [`(${search})`])].join(' AND ') || 'true'
}

/** Escapes the characters that LIKE gives a meaning. */
function literal(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`)
}
