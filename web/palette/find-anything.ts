import { CompanyPage } from '../../src/protocol/company.ts'
import { MatterPage } from '../../src/protocol/matter.ts'
import { PostingPage } from '../../src/protocol/posting.ts'
import { RunPage } from '../../src/protocol/run.ts'
import { listedName } from '../parts/names.ts'
import { request } from '../wire/request.ts'

/** Something that the palette found, and the address that shows it. */
export type FoundThing = { readonly kind: string; readonly label: string; readonly to: string }

const MOST = 5

/** Asks the API for all that has these words in its name. A list that cannot be read leaves the others. */
export async function findAnything(q: string): Promise<readonly FoundThing[]> {
  const answers = await Promise.allSettled([runs(q), companies(q), matters(q), postings(q)])
  const [first] = answers
  if (first?.status === 'rejected' && answers.every(({ status }) => status === 'rejected'))
    throw first.reason
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
}

async function runs(q: string): Promise<FoundThing[]> {
  const found = await request(
    `/api/runs?${new URLSearchParams({ q, limit: String(MOST) })}`,
    RunPage,
  )
  return found.runs.map((run) => ({
    kind: 'Runs',
    label: listedName(run),
    to: `/runs/${run.run_id}`,
  }))
}

/** The API lists companies without a search of its own. */
async function companies(q: string): Promise<FoundThing[]> {
  const page = await request('/api/companies?limit=200', CompanyPage)
  return page.companies
    .filter(({ name, slug }) => has(`${name} ${slug}`, q))
    .slice(0, MOST)
    .map(({ slug, name }) => ({ kind: 'Companies', label: name, to: `/companies/${slug}` }))
}

async function matters(q: string): Promise<FoundThing[]> {
  const page = await request('/api/matters?limit=200', MatterPage)
  return page.matters
    .filter(({ name }) => has(name, q))
    .slice(0, MOST)
    .map(({ matter_id, name }) => ({ kind: 'Matters', label: name, to: `/matters/${matter_id}` }))
}

async function postings(q: string): Promise<FoundThing[]> {
  const query = new URLSearchParams({ q, limit: String(MOST) })
  const page = await request(`/api/postings?${query}`, PostingPage)
  return page.postings.map(({ company, external_id, title, employer }) => ({
    kind: 'Postings',
    label: `${title}, ${employer ?? company}`,
    to: `/postings/${encodeURIComponent(company)}/${encodeURIComponent(external_id)}`,
  }))
}

function has(text: string, q: string): boolean {
  return text.toLocaleLowerCase().includes(q.toLocaleLowerCase())
}
