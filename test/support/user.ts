import { z } from 'zod'

import { Company } from '../../src/protocol/company.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { PostingPage } from '../../src/protocol/posting.ts'
import { JobPage, JobRecord, RunStarted, RunSummary, RunView } from '../../src/protocol/run.ts'
import { ScheduleView } from '../../src/protocol/schedule.ts'
import { WebhookView } from '../../src/protocol/webhook.ts'

/** The origins of an API with tokens, and of sample sites. */
type Place = {
  readonly origin: string
  readonly sites: string
  token(sub: string): Promise<string>
}

type Headers = Readonly<Record<string, string>>

const RunPage = z.object({ runs: z.array(RunSummary) })

/** A user with a token, who calls the API of a running stack. */
export class User {
  readonly token: string
  readonly #stack: Place

  private constructor(stack: Place, token: string) {
    this.#stack = stack
    this.token = token
  }

  static async of(stack: Place, sub: string): Promise<User> {
    return new User(stack, await stack.token(sub))
  }

  /** The origin of the API. */
  get origin(): string {
    return this.#stack.origin
  }

  get(path: string, headers: Headers = {}, init: RequestInit = {}): Promise<Response> {
    const all = { authorization: `Bearer ${this.token}`, ...headers }
    return fetch(`${this.#stack.origin}${path}`, { ...init, headers: all })
  }

  /** Opens a run's stream, from a cursor on if there is one. */
  watch(run_id: RunId, cursor?: string, signal?: AbortSignal): Promise<Response> {
    const resume = cursor === undefined ? {} : { 'last-event-id': cursor }
    return this.get(`/api/runs/${run_id}/stream`, resume, signal ? { signal } : {})
  }

  post(path: string, body: unknown = {}, headers: Headers = {}): Promise<Response> {
    return fetch(`${this.#stack.origin}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.token}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  }

  /** Starts an ingestion of the given companies, or of all sample companies. */
  async start(companies?: readonly Company[]): Promise<RunId> {
    const input = { companies: companies ?? (await sampleCompanies(this.#stack)) }
    const response = await this.post('/api/runs', { pipeline: 'ingestion', input })
    return RunStarted.parse(await response.json()).run_id
  }

  /** Makes a paused schedule. */
  async schedule(): Promise<ScheduleView> {
    const start = { pipeline: 'ingestion', input: { companies: ['acme'] } }
    const when = { kind: 'every', minutes: 60 }
    const response = await this.post('/api/schedules', {
      name: 'Hourly',
      start,
      when,
      paused: true,
    })
    return ScheduleView.parse(await response.json())
  }

  /** Makes an endpoint at the sample sites, which takes no notices. */
  async webhook(): Promise<WebhookView> {
    const url = `${this.#stack.sites}/hook`
    const response = await this.post('/api/webhooks', { url, events: ['run.error'] })
    return WebhookView.parse(await response.json())
  }

  async view(run_id: RunId): Promise<RunView> {
    return RunView.parse(await (await this.get(`/api/runs/${run_id}`)).json())
  }

  /** Reads all jobs of a run from its object. `query` filters them. */
  jobs(run_id: RunId, query = ''): Promise<JobPage['jobs']> {
    const path = `/api/runs/${run_id}/jobs?limit=1000${query}`
    return this.#pages(path, (body) => {
      const { jobs, next_cursor } = JobPage.parse(body)
      return { items: jobs, next_cursor }
    })
  }

  /** Reads one job with its attempts. */
  async job(run_id: RunId, { group, external_id }: Pick<JobRecord, 'group' | 'external_id'>) {
    const name = [group, external_id].map(encodeURIComponent).join('/')
    return JobRecord.parse(await (await this.get(`/api/runs/${run_id}/jobs/${name}`)).json())
  }

  /** Reads all of the user's postings from Postgres. */
  postings(): Promise<PostingPage['postings']> {
    return this.#pages('/api/postings?limit=200', (body) => {
      const { postings, next_cursor } = PostingPage.parse(body)
      return { items: postings, next_cursor }
    })
  }

  /** Reads the user's latest runs from Postgres, without a call of their objects. */
  /** Counts a company's open postings. */
  async openPostings(company: string): Promise<number> {
    const answer = await this.get(`/api/postings?company=${company}&status=open`)
    return PostingPage.parse(await answer.json()).postings.length
  }

  async runs(): Promise<RunSummary[]> {
    return RunPage.parse(await (await this.get('/api/runs')).json()).runs
  }

  async #pages<T>(
    path: string,
    read: (body: unknown) => { items: readonly T[]; next_cursor: string | null },
  ): Promise<T[]> {
    const all: T[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const from = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page = read(await (await this.get(`${path}${from}`)).json())
      all.push(...page.items)
      cursor = page.next_cursor
    }
    return all
  }
}

/** Reads the sample companies in the form of an ingestion's input. */
export async function sampleCompanies(stack: Pick<Place, 'sites'>): Promise<Company[]> {
  return z.array(Company).parse(await (await fetch(`${stack.sites}/companies.json`)).json())
}
