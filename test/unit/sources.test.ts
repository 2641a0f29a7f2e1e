import { expect, test } from 'vitest'
import { z } from 'zod'

import { Fault } from '../../scripts/sites/fault.ts'
import { Kind } from '../../scripts/sites/kind.ts'
import type { FetchPort } from '../../src/pipelines/fetch.ts'
import { crawl } from '../../src/pipelines/ingestion/crawl.ts'
import { extract } from '../../src/pipelines/ingestion/extract.ts'
import type { ListedPosting } from '../../src/pipelines/ingestion/listed.ts'
import { boardAt } from '../../src/pipelines/ingestion/sources/board-at.ts'
import { readListingOf } from '../../src/pipelines/ingestion/sources/listing-of.ts'
import { jsonOf } from '../../src/pipelines/ingestion/sources/listing.ts'
import * as registry from '../../src/pipelines/ingestion/sources/registry.ts'
import { PlanFailure } from '../../src/pipelines/pipeline.ts'
import { Company } from '../../src/protocol/company.ts'
import { PostingResult } from '../../src/protocol/posting.ts'
import { readerPorts } from '../support/listing.ts'
import { memoryWorkPorts } from '../support/memory-work-ports.ts'
import { startOwnSites } from '../support/own-sites.ts'
import { plainFetch } from '../support/plain-fetch.ts'

const Companies = z.tuple([Company])

type Board = { readonly postings?: number; readonly faults?: string[] }

/** Starts a sample board of this kind, and returns how its company is given. */
async function sourceOn(kind: Kind, { postings = 12, faults = [] }: Board = {}) {
  const options = { companies: 1, kinds: [kind], postings }
  const { origin } = await startOwnSites({
    ...options,
    faults: faults.map((one) => Fault.parse(one)),
  })
  const [company] = Companies.parse(await (await fetch(`${origin}/companies.json`)).json())
  return company.source
}

async function list(kind: Kind, board?: Board) {
  return readListingOf(await sourceOn(kind, board), readerPorts())
}

async function failure(reading: Promise<unknown>): Promise<string> {
  const error = await reading.catch((thrown: unknown) => thrown)
  if (!(error instanceof PlanFailure)) throw new Error(`no failure of a plan: ${String(error)}`)
  return error.failure.code
}

async function posted(listed: ListedPosting) {
  const read = extract(listed)
  if (read) return read
  const { ports } = memoryWorkPorts(plainFetch)
  const made = await crawl({ listed, visit: 1, known: null }, ports)
  if (made.kind !== 'ready') throw new Error(JSON.stringify(made))
  return PostingResult.parse(made.result).posting
}

const boards = Kind.options.filter((kind) => kind !== 'site')

test('each source of the registry has a sample board, under its own name', () => {
  expect(Object.entries(registry).map(([name, { type }]) => [name, type])).toEqual(
    Kind.options.toSorted().map((kind) => [kind, kind]),
  )
})

test.each(boards)(
  '%s: the listing of a board is complete, and each posting has its text',
  async (kind) => {
    const { postings, incomplete } = await list(kind, { postings: 12 })
    expect({ incomplete, found: postings.length }).toEqual({ incomplete: null, found: 12 })
    const read = await Promise.all(postings.map(posted))
    for (const { url, locations, description_text } of read) {
      expect(url).toMatch(/^https?:/)
      expect(locations).not.toEqual([])
      expect(description_text).toContain('Reference')
    }
    const others = await list('greenhouse', { postings: 12 })
    const titles = others.postings.map(({ title }) => title)
    expect(read.map(({ title }) => title).toSorted()).toEqual(titles.toSorted())
  },
)

test.each(boards)('%s: a long listing is read whole, page by page', async (kind) => {
  const { postings, incomplete } = await list(kind, { postings: 240 })
  expect({ incomplete, found: postings.length }).toEqual({ incomplete: null, found: 240 })
})

test.each(boards)(
  '%s: an entry without an id or a title makes the listing incomplete',
  async (kind) => {
    const { postings, incomplete } = await list(kind, { faults: ['odd-items'] })
    expect(postings.length).toBeGreaterThanOrEqual(12)
    expect(incomplete).toMatch(/no id or no title|counts/)
  },
)

test.each(boards)('%s: an entry that comes twice is one posting', async (kind) => {
  const { postings } = await list(kind, { faults: ['duplicate-id'] })
  expect(postings).toHaveLength(12)
})

test.each(
  boards.flatMap((kind) =>
    (['wrong-shape', 'empty-list', 'html-200', 'bot-wall', '404', '500'] as const).map(
      (fault) => [kind, fault] as const,
    ),
  ),
)('%s: the fault %s fails the plan and is no empty board', async (kind, fault) => {
  if (kind === 'lever' && fault === 'empty-list') return
  expect(await failure(list(kind, { faults: [fault] }))).toMatch(/^(?:listing|board|bot)_/)
})

/** Finds the entries of a listing: the first list of objects, at any depth. */
function entriesIn(value: unknown): Record<string, unknown>[] | undefined {
  if (Array.isArray(value)) {
    const isList = value.length > 0 && value.every((one) => Entry.safeParse(one).success)
    return isList ? value : undefined
  }
  const parts = Entry.safeParse(value).success ? Object.values(Object(value)) : []
  return parts.map(entriesIn).find((entries) => entries !== undefined)
}

const Entry = z.record(z.string(), z.unknown())

/** Reads JSON answers with one field of each entry replaced, or left out. */
function changing(field: string, by: unknown): FetchPort {
  return async (url, init) => {
    const answer = await plainFetch(url, init)
    const json = jsonOf(new TextDecoder().decode(answer.body))
    for (const entry of entriesIn(json) ?? []) {
      if (by === undefined) delete entry[field]
      else entry[field] = by
    }
    return { ...answer, body: new TextEncoder().encode(JSON.stringify(json)) }
  }
}

const JSON_BOARDS = boards.filter(
  (kind) =>
    ![
      'personio',
      'google',
      'successfactors',
      'neogov',
      'paylocity',
      'jobvite',
      'icims',
      'jazzhr',
      'ukg',
      'join',
    ].includes(kind),
)

test.each(JSON_BOARDS)(
  '%s: an entry needs two fields at most, and an odd one is lost alone',
  async (kind) => {
    const source = await sourceOn(kind, { postings: 3 })
    let fields: string[] = []
    const look: FetchPort = async (url, init) => {
      const answer = await plainFetch(url, init)
      const [entry = {}] = entriesIn(jsonOf(new TextDecoder().decode(answer.body))) ?? []
      fields = [...new Set([...fields, ...Object.keys(entry)])]
      return answer
    }
    await readListingOf(source, { ...readerPorts(), fetch: look })
    expect(fields.length).toBeGreaterThan(0)
    for (const by of [undefined, null, { odd: true }, '\ud800']) {
      const needed: string[] = []
      for (const field of fields) {
        const reading = readListingOf(source, { ...readerPorts(), fetch: changing(field, by) })
        const found = await reading.then(
          ({ postings }) => postings.length,
          (error: unknown) => {
            if (!(error instanceof PlanFailure)) throw error
            return 0
          },
        )
        if (found < 3) needed.push(field)
      }
      expect({ by, needed, few: needed.length <= 2 }).toEqual({ by, needed, few: true })
    }
  },
)

const NO_BOARD = '…'

test.each([
  ['https://boards.greenhouse.io/acme/jobs/1', 'greenhouse acme'],
  ['https://job-boards.eu.greenhouse.io/acme', 'greenhouse acme'],
  ['https://boards.greenhouse.io/embed/job_board?for=acme', 'greenhouse acme'],
  ['https://boards-api.greenhouse.io/v1/boards/acme/jobs', 'greenhouse acme'],
  ['https://jobs.lever.co/acme/1-2', 'lever acme'],
  ['https://jobs.eu.lever.co/acme', 'lever acme'],
  ['https://jobs.ashbyhq.com/Acme', 'ashby Acme'],
  ['https://acme.recruitee.com/o/baker', 'recruitee acme'],
  ['https://api.recruitee.com/x', NO_BOARD],
  ['https://recruitee.com/acme', NO_BOARD],
  ['https://acme.recruitee.com.evil.example/', NO_BOARD],
  ['https://careers.smartrecruiters.com/Acme', 'smartrecruiters Acme'],
  ['https://jobs.smartrecruiters.com/Acme/744-baker', 'smartrecruiters Acme'],
  ['https://jobs.smartrecruiters.com/', NO_BOARD],
  ['https://jobs.lever.co/%E0%A4%A', NO_BOARD],
  ['https://apply.workable.com/acme/j/DD1/', 'workable acme'],
  ['https://apply.workable.com/j/DD1', NO_BOARD],
  ['https://apply.workable.com/api/v1/widget/accounts/acme', 'workable acme'],
  ['https://acme.jobs.personio.de/job/1', 'personio acme'],
  ['https://acme.jobs.personio.com/xml', 'personio acme'],
  ['https://acme.teamtailor.com/jobs/1-baker', 'teamtailor acme'],
  ['https://www.teamtailor.com/', NO_BOARD],
  ['https://acme.na.teamtailor.com/jobs', 'teamtailor acme'],
  ['https://acme.pinpointhq.com/en/postings/1', 'pinpoint acme'],
  ['https://acme.bamboohr.com/careers/86', 'bamboohr acme'],
  ['https://ats.rippling.com/acme/jobs', 'rippling acme'],
  ['https://ats.rippling.com/en-GB/acme/jobs', 'rippling acme'],
  ['https://acme.wd5.myworkdayjobs.com/en-US/External/job/x', 'workday acme.wd5/External'],
  ['https://acme.wd5.myworkdayjobs.com/External', 'workday acme.wd5/External'],
  ['https://acme.wd103.myworkdayjobs.com/wday/cxs/acme/Jobs/jobs', 'workday acme.wd103/Jobs'],
  ['https://acme.wd5.myworkdayjobs.com/', NO_BOARD],
  [
    'https://eabc.fa.us2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1/job/1',
    'oracle eabc.fa.us2/CX_1',
  ],
  [
    'https://fa-ewur-saasfaprod1.fa.ocs.oraclecloud.com/hcmUI/CandidateExperience/en/sites/jobs',
    'oracle fa-ewur-saasfaprod1.fa.ocs/jobs',
  ],
  ['https://console.oraclecloud.com/sites/CX_1', NO_BOARD],
  ['https://acme.eightfold.ai/careers?domain=acme.com', 'eightfold acme/acme.com'],
  ['https://acme.eightfold.ai/careers', NO_BOARD],
  ['https://www.amazon.jobs/en/jobs/1/baker', 'amazon all'],
  ['https://amazon.jobs/en/search?normalized_country_code[]=DEU', 'amazon DEU'],
  ['https://careers.google.com/jobs/results/1/', 'google all'],
  ['https://www.google.com/about/careers/applications/jobs/results', 'google all'],
  ['https://www.google.com/search?q=jobs', NO_BOARD],
  ['https://acme.breezy.hr/p/1-baker', 'breezy acme'],
  [
    'https://recruiting.paylocity.com/recruiting/jobs/All/211e692d-c45a-4e3a-ae01-3e497af97929/Acme',
    'paylocity 211e692d-c45a-4e3a-ae01-3e497af97929',
  ],
  ['https://jobs.jobvite.com/acme/job/oAbc', 'jobvite acme'],
  ['https://jobs.jobvite.com/careers/acme/jobs', 'jobvite acme'],
  ['https://careers-acme.icims.com/jobs/1/baker/job', 'icims careers-acme'],
  ['https://acme.applytojob.com/apply/AbC/Baker', 'jazzhr acme'],
  ['https://acme.career.softgarden.de/', 'softgarden acme'],
  ['https://acme.dvinci-hr.com/de/jobs/7', 'dvinci acme'],
  ['https://jobs.gem.com/acme/7', 'gem acme'],
  ['https://jobs.dayforcehcm.com/en-US/acme/PORTAL/jobs/7', 'dayforce acme/PORTAL'],
  ['https://jobs.dayforcehcm.com/acme/PORTAL', 'dayforce acme/PORTAL'],
  [
    'https://recruiting2.ultipro.com/ACM1000/JobBoard/6ca32cd1-ca64-4d8f-82e7-f65b3aaa0e9b/',
    'ukg recruiting2.ultipro.com/ACM1000/6ca32cd1-ca64-4d8f-82e7-f65b3aaa0e9b',
  ],
  ['https://join.com/companies/acme/7-baker', 'join acme'],
  ['https://www.governmentjobs.com/careers/acme/jobs/7', 'neogov acme'],
])('the address %s is of %s', (address, board) => {
  const found = boardAt(new URL(address))
  expect(found?.source ? `${found.source.type} ${found.board}` : NO_BOARD).toBe(board)
})

test('a source of an unknown type fails its plan in words', async () => {
  const reading = readListingOf({ type: 'monster', board: 'acme' }, readerPorts())
  expect(await failure(reading)).toBe('source_unknown')
})
