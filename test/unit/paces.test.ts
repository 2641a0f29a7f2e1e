import { afterEach, describe, expect, test } from 'vitest'

import { pacesBy } from '../../src/compose/paces.ts'
import { MustWait } from '../../src/pipelines/fetch.ts'
import { Owner } from '../../src/protocol/ids.ts'
import { readSettings } from '../../src/settings.ts'
import { closeServers, NOW, polite, serve } from '../support/polite-world.ts'

afterEach(closeServers)

const pacesOf = pacesBy(readSettings('{}'))
const page = { interval_ms: 1_000, at_once: 2 }
const edge = (domain: string) => ({
  origin: `https://*.${domain}`,
  pace: { interval_ms: 100, at_once: 8 },
})

test.each([
  ['https://careers.acme.com/jobs', 'page', { host: page }],
  ['https://boards-api.greenhouse.io/v1', 'api', { host: { ...page, interval_ms: 200 } }],
  [
    'https://acme.recruitee.com/api/offers/',
    'api',
    { host: { ...page, interval_ms: 200 }, edge: edge('recruitee.com') },
  ],
  ['https://acme.recruitee.com/o/baker', 'page', { host: page, edge: edge('recruitee.com') }],
  [
    'https://acme.wd5.myworkdayjobs.com/x',
    'page',
    { host: { ...page, interval_ms: 500 }, edge: edge('myworkdayjobs.com') },
  ],
  [
    'https://acme.jobs.personio.de/xml',
    'api',
    { host: { ...page, interval_ms: 200 }, edge: edge('jobs.personio.de') },
  ],
  ['https://notrecruitee.com/', 'page', { host: page }],
  ['https://recruitee.com/', 'page', { host: page }],
] as const)('the pace of %s, asked as %s', (url, kind, paces) => {
  expect(pacesOf(new URL(url), kind)).toEqual(paces)
})

async function world(status = 200) {
  const acme = await serve({ '/api': (response) => response.writeHead(status).end('there') })
  return { acme, ...polite({ 'acme.recruitee.com': acme }, { pacesOf }) }
}

describe('a host that shares an edge', () => {
  const api = { kind: 'api', owner: Owner.parse('alice') } as const
  const url = 'http://acme.recruitee.com/api'
  const reason = { code: 'host_pace', message: 'later' }

  test('is asked for by its own pace and then by the edge’s, in the owner’s name', async () => {
    const { hosts, text } = await world()
    await text(url, api)
    expect(hosts.told).toEqual([
      'acme.recruitee.com enter /api paced',
      '*.recruitee.com enter / paced',
      'acme.recruitee.com leave 1 200',
      '*.recruitee.com leave 2 200',
    ])
    expect(hosts.entered).toMatchObject([
      { owner: 'alice', pace: { interval_ms: 200 } },
      { owner: 'alice', pace: { interval_ms: 100 } },
    ])
  })

  test('gets its slot back if the edge has to be waited for', async () => {
    const { acme, hosts, fetching } = await world()
    hosts.script.set('*.recruitee.com', [{ kind: 'wait', until: NOW + 700, reason }])
    await expect(fetching(url, api)).rejects.toThrow(MustWait)
    expect(acme.asked).toEqual([])
    expect(hosts.left).toMatchObject([{ ticket: 1, unused: true }])
  })

  test.each([
    [500, 200],
    [429, 429],
  ])('keeps its %i from the edge, unless it asks too often', async (status, told) => {
    const { hosts, text } = await world(status)
    await text(url, api)
    expect(hosts.left).toMatchObject([{ status }, { status: told }])
  })
})
