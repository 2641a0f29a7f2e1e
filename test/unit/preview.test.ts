import { afterEach, describe, expect, test } from 'vitest'

import { MustWait } from '../../src/pipelines/fetch.ts'
import type { Comparison, PreviewPort } from '../../src/pipelines/ingestion/preview-port.ts'
import { previewCompany } from '../../src/pipelines/ingestion/preview.ts'
import { Company } from '../../src/protocol/company.ts'
import { Owner } from '../../src/protocol/ids.ts'
import { CompanyPreview } from '../../src/protocol/preview.ts'
import { boards, readerPorts } from '../support/listing.ts'

const local = boards()
afterEach(local.close)

const owner = Owner.parse('alice')

function acme(origin: string): Company {
  const source = { type: 'greenhouse', board: 'acme', base_url: origin }
  return Company.parse({ slug: 'acme', name: 'Acme', source })
}

type Compared = Parameters<PreviewPort['compare']>[0]

/** Ports whose Postgres says which ids are new. `answer` replaces parts of its answer. */
function stored(answer: Partial<Comparison> & { known?: Company } = {}) {
  const compared: Compared[] = []
  const companies: PreviewPort = {
    find: async ({ slug }) => (answer.known?.slug === slug ? answer.known : undefined),
    compare: async (request) => {
      compared.push(request)
      return {
        outcomes: new Map(request.found.map(({ external_id }) => [external_id, 'new'] as const)),
        gone: { count: 0, sample: [] },
        held: false,
        ...answer,
      }
    },
  }
  return { compared, ports: { ...readerPorts(), companies } }
}

function jobs(count: number) {
  return Array.from({ length: count }, (_, id) => ({ id, title: `Job ${id}`, content: 'a' }))
}

async function board(list: readonly object[], meta: object = {}) {
  return acme((await local.start(JSON.stringify({ jobs: list, meta }))).origin)
}

const none = { count: 0, sample: [] }

test('the found postings are counted by what a run would do, with samples', async () => {
  const list = [...jobs(8), { id: 'page', title: 'Elsewhere', absolute_url: 'https://a.example/1' }]
  const { compared, ports } = stored()
  const compare: PreviewPort['compare'] = async (request) => {
    const comparison = await ports.companies.compare(request)
    const outcomes = new Map(comparison.outcomes)
    const [first, second, third] = request.found
    if (first) outcomes.set(first.external_id, 'changed')
    if (second) outcomes.set(second.external_id, 'unchanged')
    if (third) outcomes.set(third.external_id, 'known')
    const gone = { count: 7, sample: [{ external_id: 'x', title: 'Gone' }] }
    return { outcomes, gone, held: true }
  }
  const companies = { ...ports.companies, compare }
  const company = await board(list)
  const preview = await previewCompany({ owner, company }, { ...ports, companies })
  expect(CompanyPreview.parse(preview)).toEqual({
    company: 'acme',
    status: 'read',
    complete: true,
    found: 9,
    new: {
      count: 6,
      sample: [3, 4, 5, 6, 7].map((id) => ({ external_id: `${id}`, title: `Job ${id}` })),
    },
    changed: { count: 1, sample: [{ external_id: '0', title: 'Job 0' }] },
    unchanged: { count: 1, sample: [{ external_id: '1', title: 'Job 1' }] },
    unread: { count: 1, sample: [{ external_id: '2', title: 'Job 2' }] },
    gone: { count: 7, sample: [{ external_id: 'x', title: 'Gone' }] },
    held: true,
  })
  expect(compared[0]).toMatchObject({ owner: 'alice', company: 'acme' })
  expect(compared[0]?.found[0]?.posting).toMatchObject({ title: 'Job 0', description_text: 'a' })
  expect(compared[0]?.found.at(-1)).toEqual({ external_id: 'page', posting: null })
})

test('five samples of the missing postings are enough', async () => {
  const sample = jobs(9).map(({ id, title }) => ({ external_id: String(id), title }))
  const { ports } = stored({ gone: { count: 9, sample } })
  const preview = await previewCompany({ owner, company: await board([]) }, ports)
  expect(preview).toMatchObject({ gone: { count: 9, sample: sample.slice(0, 5) } })
})

test('PLAN-4: no posting is missing from an incomplete listing', async () => {
  const gone = { count: 9, sample: [{ external_id: 'x', title: 'Gone' }] }
  const { ports } = stored({ gone, held: true })
  const preview = await previewCompany(
    { owner, company: await board(jobs(1), { total: 9 }) },
    ports,
  )
  expect(preview).toMatchObject({ complete: false, found: 1, gone: none, held: false })
})

test('a stored company is found by its slug', async () => {
  const known = await board(jobs(2))
  const { ports } = stored({ known })
  const preview = await previewCompany({ owner, company: known.slug }, ports)
  expect(preview).toMatchObject({ company: 'acme', status: 'read', found: 2 })
})

describe('a company fails alone, with its reason', () => {
  test('if it is unknown', async () => {
    const { ports } = stored()
    const { slug } = acme('http://127.0.0.1:1')
    expect(await previewCompany({ owner, company: slug }, ports)).toEqual({
      company: 'acme',
      status: 'failed',
      reason: {
        code: 'company_unknown',
        message:
          'There is no company "acme". Give its name and its source once, and then its slug is enough.',
      },
    })
  })

  test('if its board gives a reason', async () => {
    const { compared, ports } = stored()
    const { origin } = await local.start(() => ({ status: 404 }))
    expect(await previewCompany({ owner, company: acme(origin) }, ports)).toEqual({
      company: 'acme',
      status: 'failed',
      reason: { code: 'board_not_found', message: 'There is no board "acme" (404).' },
    })
    expect(compared).toEqual([])
  })

  test('if its host wants a pause', async () => {
    const reason = { code: 'host_pace', message: 'not now' }
    const fetch = async () => Promise.reject(new MustWait(5_000, reason))
    const ports = { ...stored().ports, fetch }
    expect(await previewCompany({ owner, company: acme('http://127.0.0.1:1') }, ports)).toEqual({
      company: 'acme',
      status: 'failed',
      reason,
    })
  })
})

test('any other error is thrown', async () => {
  const { ports } = stored()
  const away = new Error('Postgres is away')
  const companies = { ...ports.companies, compare: async () => Promise.reject(away) }
  await expect(
    previewCompany({ owner, company: await board([]) }, { ...ports, companies }),
  ).rejects.toThrow('Postgres is away')
})
