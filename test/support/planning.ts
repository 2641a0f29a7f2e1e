import type { FetchPort } from '../../src/pipelines/fetch.ts'
import type { CompanyPort, Expiry, VisitEnd } from '../../src/pipelines/ingestion/company-port.ts'
import type { PlanPorts, PlanTask } from '../../src/pipelines/pipeline.ts'
import type { Company, VisitKey } from '../../src/protocol/company.ts'
import { type ExternalId, GroupKey, Owner, RunId } from '../../src/protocol/ids.ts'
import type { Json } from '../../src/protocol/json.ts'
import type { PlanNotice } from '../../src/protocol/plan-notice.ts'
import type { KnownPage } from '../../src/protocol/posting.ts'
import type { FieldCounts, ListingCertificate } from '../../src/protocol/visit.ts'
import { plainFetch } from './plain-fetch.ts'

export type Planning = ReturnType<typeof planning>

/** All ports of a company's plan, in memory. Keeps the calls in order. */
export function planning(fetch: FetchPort = plainFetch) {
  const stop = new AbortController()
  const calls: string[] = []
  const state = {
    blobs: new Map<string, string>(),
    stored: new Map<string, Company>(),
    asked: [] as Parameters<CompanyPort['visit']>[0][],
    marked: [] as { visit: VisitKey; ids: readonly string[] }[],
    /** The digests of the stored postings. */
    digests: new Set<string>(),
    /** The ids of the items that came with a digest. */
    compared: [] as string[],
    known: new Map<ExternalId, KnownPage>(),
    /** How many postings had each field in the visits before. */
    recent: [] as FieldCounts[],
    /** The stored ids of postings by the ids of their addresses. */
    aliases: new Map<string, string>(),
    ended: [] as { visit: VisitKey; listing: 'complete' | 'incomplete' }[],
    certificates: [] as ListingCertificate[],
    lines: [] as string[],
    titles: [] as string[],
    visits: 0,
    /** The answer to the end of a visit. */
    end: async (): Promise<Expiry | undefined> => undefined,
    /**
     * The number of the company's postings that the run has expired, and the numbers that the plan has
     * reported.
     */
    run_gone: 0,
    told: [] as number[],
    notices: [] as PlanNotice[],
  }
  const companies: CompanyPort = {
    visit: async (request) => {
      const { company } = request
      state.asked.push(request)
      if (typeof company !== 'string') state.stored.set(company.slug, company)
      const found = state.stored.get(typeof company === 'string' ? company : company.slug)
      return found && { ...found, visit: ++state.visits, recent: state.recent }
    },
    aliases: async (_visit, ids) => {
      calls.push(`aliases ${ids.length}`)
      return new Map([...state.aliases].filter(([id]) => ids.some((one) => one === id)))
    },
    markListed: async (visit, items) => {
      calls.push(`mark ${items.length}`)
      state.marked.push({ visit, ids: items.map(({ external_id }) => external_id) })
      const comparable = items.filter(({ digest }) => digest !== null)
      state.compared.push(...comparable.map(({ external_id }) => external_id))
      const digests = comparable.flatMap(({ digest }) => digest ?? [])
      return new Set(digests.filter((digest) => state.digests.has(digest)))
    },
    knownPages: async (_visit, ids) => {
      calls.push(`known ${ids.length}`)
      return new Map([...state.known].filter(([id]) => ids.includes(id)))
    },
    endVisit: async (visit, { listing, certificate }): Promise<VisitEnd> => {
      calls.push(`end ${listing}`)
      state.ended.push({ visit, listing })
      if (certificate) state.certificates.push(certificate)
      return { expiry: await state.end(), run_gone: state.run_gone }
    },
  }
  const ports: PlanPorts & { companies: CompanyPort } = {
    companies,
    fetch,
    blobs: {
      put: async (key, value) => {
        calls.push('put')
        state.blobs.set(key, JSON.stringify(value))
      },
      get: async (key) => parsed(state.blobs.get(key)),
    },
    log: (level, message) => void state.lines.push(`${level}: ${message}`),
    gone: (count) => void state.told.push(count),
    notice: (one) => void state.notices.push(one),
    title: (title) => void state.titles.push(title),
    signal: stop.signal,
  }
  return { ...state, state, calls, ports, stop }
}

function parsed(text: string | undefined): Json | undefined {
  return text === undefined ? undefined : JSON.parse(text)
}

export function planTask(input: Json, attempt = 1): PlanTask {
  return {
    owner: Owner.parse('alice'),
    run_id: RunId.parse('a'.repeat(32)),
    group: GroupKey.parse('acme'),
    attempt,
    input,
  }
}
