import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'

import { Company } from '../../../src/protocol/company.ts'
import { control, siteCompany } from '../parts.ts'
import { follow, newUser } from '../test-user.ts'

const POSTINGS = 25
const BOARD = 58

afterEach(() => control(BOARD, { fault: null, visit: 1 }))

const Requests = z.array(z.object({ path: z.string(), status: z.int().nullable() }))

/** Reads the statuses of the board's posting pages so far. */
async function pageAnswers(): Promise<(number | null)[]> {
  const log = Requests.parse(await (await fetch(`${env.EGRESS_ALLOW}/control/log`)).json())
  return log
    .filter(({ path }) => path.startsWith(`/sites/company-${BOARD}/jobs/`))
    .map(({ status }) => status)
}

describe('the pages of a site', () => {
  it('are crawled, and requested conditionally the next time', async () => {
    const who = await newUser()
    const first = await follow(who, await who.start(siteCompany(BOARD)))
    expect(first).toMatchObject({ snapshot: { ready: POSTINGS, new: POSTINGS } })
    const before = (await pageAnswers()).length
    const second = await follow(who, await who.start(siteCompany(BOARD)))
    expect(second).toMatchObject({ snapshot: { ready: POSTINGS, unchanged: POSTINGS } })
    const answers = (await pageAnswers()).slice(before)
    expect(answers).toHaveLength(POSTINGS)
    expect(answers.filter((status) => status === 304).length).toBeGreaterThan(0)
    expect(answers.every((status) => status === 304 || status === 200)).toBe(true)
  })
})

describe('the details of postings', () => {
  const boards = [
    {
      type: 'workday',
      board: `company-${BOARD}.wd5/External`,
      base_url: `${env.EGRESS_ALLOW}/workday`,
    },
    { type: 'smartrecruiters', board: `company-${BOARD}`, base_url: env.EGRESS_ALLOW },
  ]

  it.each(boards)('are asked for by the jobs, after a list in pages: $type', async (source) => {
    const acme = Company.parse({ slug: source.type, name: 'Acme', source })
    const who = await newUser()
    const first = await follow(who, await who.start(acme))
    expect(first).toMatchObject({ snapshot: { ready: POSTINGS, new: POSTINGS } })
    const second = await follow(who, await who.start(acme))
    expect(second).toMatchObject({ snapshot: { ready: POSTINGS, unchanged: POSTINGS } })
  })
})

describe('a hostile page', () => {
  it.each([
    ['page-drip', 'fetch_timeout'],
    ['page-bomb', 'too_large'],
    ['page-endless', 'too_large'],
    ['page-loop', 'redirects'],
    ['page-404', 'page_gone'],
  ])(
    'JOB-5: fails only its own job, with the reason, and frees its place: %s',
    async (fault, code) => {
      const number = BOARD * 1_000_000 + 7
      await control(BOARD, { fault, at: `/jobs/${4_000_000_000 + number}` })
      const who = await newUser()
      const run_id = await who.start(siteCompany(BOARD))
      const view = await follow(who, run_id)
      expect(view).toMatchObject({
        status: 'finished',
        snapshot: { ready: POSTINGS - 1, failed: 1 },
      })
      const failed = (await who.jobs(run_id)).filter(({ status }) => status === 'failed')
      expect(failed.map(({ error }) => error?.code)).toEqual([code])
    },
    30_000,
  )
})
