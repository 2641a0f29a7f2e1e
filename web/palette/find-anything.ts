import type { NavigateOptions } from '@tanstack/react-router'

import { ApiError } from '../../src/client/client.ts'
import { CompanyPage, type CompanyView } from '../../src/protocol/company.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { MatterPage, type MatterView } from '../../src/protocol/matter.ts'
import { PostingPage } from '../../src/protocol/posting.ts'
import { RunPage } from '../../src/protocol/run.ts'
import { listedName } from '../parts/names.ts'
import type { NounsOf } from '../parts/nouns.ts'
import { companyWords } from '../postings/posting-words.ts'
import { viewOf } from '../run/run-view.ts'
import { queryClient } from '../wire/query-client.ts'
import { request } from '../wire/request.ts'

/** Something that the palette found, and the page that shows it. */
type FoundThing = { readonly id: string; readonly label: string; readonly link: NavigateOptions }

/** What one list has under these words. `failed`: the list could not be read, so that nobody knows. */
export type FoundKind = {
  readonly heading: string
  readonly things: readonly FoundThing[]
  readonly failed: boolean
}

/** `nounsOf` gives the words in which a run without a name is called. */
type NameSearch = { readonly q: string; readonly nounsOf: NounsOf; readonly signal: AbortSignal }

const MOST = 5

/** The palette finds among this many companies and matters at most, which the API lists without a search. */
const LISTED_MAX = 2_000
const KEPT_MS = 60_000

const SEARCHES = [
  { heading: 'Runs', find: runs },
  { heading: 'Companies', find: companies },
  { heading: 'Matters', find: matters },
  { heading: 'Postings', find: postings },
] as const

/** Asks the API for all that has these words in its name. */
export function findAnything(asked: NameSearch): Promise<readonly FoundKind[]> {
  return Promise.all(
    SEARCHES.map(async ({ heading, find }) => {
      try {
        return { heading, things: await find(asked), failed: false }
      } catch {
        asked.signal.throwIfAborted()
        // The palette says which list could not be read, and shows the others.
        return { heading, things: [], failed: true }
      }
    }),
  )
}

async function runs({ q, nounsOf, signal }: NameSearch): Promise<FoundThing[]> {
  const { data: run_id } = RunId.safeParse(q.toLowerCase())
  if (run_id !== undefined) return runWithId(run_id, nounsOf)
  const query = new URLSearchParams({ q, limit: String(MOST) })
  const page = await request(`/api/runs?${query}`, RunPage, { signal })
  return page.runs.map((run) => runOf(run.run_id, listedName(run, nounsOf)))
}

async function runWithId(run_id: RunId, nounsOf: NounsOf): Promise<FoundThing[]> {
  try {
    const view = await queryClient.fetchQuery(viewOf(run_id))
    return [runOf(run_id, listedName(view, nounsOf))]
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return []
    throw error
  }
}

function runOf(run_id: RunId, label: string): FoundThing {
  return { id: run_id, label, link: { to: '/runs/$run_id', params: { run_id } } }
}

async function companies({ q }: NameSearch): Promise<FoundThing[]> {
  const all = await queryClient.fetchQuery({
    queryKey: ['palette', 'companies'],
    queryFn: ({ signal }) => allPages((page) => companyPage(page, signal)),
    staleTime: KEPT_MS,
  })
  return all
    .filter(({ name, slug }) => has(`${name} ${slug}`, q))
    .slice(0, MOST)
    .map(({ slug, name }) => ({
      id: slug,
      label: name,
      link: { to: '/companies/$slug', params: { slug } },
    }))
}

async function matters({ q }: NameSearch): Promise<FoundThing[]> {
  const all = await queryClient.fetchQuery({
    queryKey: ['palette', 'matters'],
    queryFn: ({ signal }) => allPages((page) => matterPage(page, signal)),
    staleTime: KEPT_MS,
  })
  return all
    .filter(({ name }) => has(name, q))
    .slice(0, MOST)
    .map(({ matter_id, name }) => ({
      id: matter_id,
      label: name,
      link: { to: '/matters/$matter', params: { matter: matter_id } },
    }))
}

async function postings({ q, signal }: NameSearch): Promise<FoundThing[]> {
  const query = new URLSearchParams({ q, limit: String(MOST) })
  const page = await request(`/api/postings?${query}`, PostingPage, { signal })
  return page.postings.map(({ company, external_id, title, ...posting }) => ({
    id: `${company}/${external_id}`,
    label: `${title}, ${companyWords({ ...posting, company })}`,
    link: { to: '/postings/$company/$external_id', params: { company, external_id } },
  }))
}

type PageOf<Row> = { readonly rows: readonly Row[]; readonly next: string | null }

async function companyPage(page: string, signal: AbortSignal): Promise<PageOf<CompanyView>> {
  const answer = await request(`/api/companies?${page}`, CompanyPage, { signal })
  return { rows: answer.companies, next: answer.next_cursor }
}

async function matterPage(page: string, signal: AbortSignal): Promise<PageOf<MatterView>> {
  const answer = await request(`/api/matters?${page}`, MatterPage, { signal })
  return { rows: answer.matters, next: answer.next_cursor }
}

async function allPages<Row>(read: (page: string) => Promise<PageOf<Row>>): Promise<Row[]> {
  const all: Row[] = []
  let cursor: string | null = ''
  while (cursor !== null && all.length < LISTED_MAX) {
    const from: Record<string, string> = cursor === '' ? {} : { cursor }
    const { rows, next } = await read(new URLSearchParams({ ...from, limit: '200' }).toString())
    all.push(...rows)
    cursor = next
  }
  return all
}

function has(text: string, q: string): boolean {
  return text.toLocaleLowerCase().includes(q.toLocaleLowerCase())
}
