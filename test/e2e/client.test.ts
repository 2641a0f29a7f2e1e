import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { z } from 'zod'

import type { Company } from '../../src/protocol/company.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { Front } from '../support/front.ts'
import { Library } from '../support/library.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { sampleCompanies, User } from '../support/user.ts'

/**
 * Starts a run and watches it by each transport to its end, all of which is done with the built
 * library. The first stream is cut off as soon as it gave a cursor, and polls ask often.
 */
const TRIAL = `async ({ startRun, watchRun }, { origin, token, companies }) => {
  const { run_id } = await startRun({ pipeline: 'ingestion', input: { companies } }, { origin, token })
  const asked = []
  let cut
  async function fetch(url, init) {
    const broken = new AbortController()
    init.signal?.addEventListener('abort', () => broken.abort())
    const answer = await globalThis.fetch(url, { ...init, signal: broken.signal })
    asked.push([new URL(url).pathname.split('/').at(-1), answer.status, ...Object.keys(init.headers)])
    if (url.includes('/stream')) cut ??= () => broken.abort()
    return answer
  }
  const timing = { poll_wait_s: 0, poll_ms: 100 }
  const watches = ['sse', 'socket', 'poll'].map(async (transport) => {
    const watch = watchRun(run_id, { origin, token, transport, fetch, timing })
    const transports = []
    for await (const { connection, cursor } of watch) {
      if (connection.status === 'live') transports.push(connection.transport)
      if (transport === 'sse' && cursor !== undefined) cut?.()
    }
    const { run, connection, cursor } = await watch.ended
    const jobs = [...run.jobs].flatMap(([group, all]) =>
      [...all.values()].map(({ external_id, title, status }) => ({ group, external_id, title, status })))
    return { transports: [...new Set(transports)], connection, cursor, status: run.status, jobs }
  })
  return { run_id, asked, watches: await Promise.all(watches) }
}`

const Trial = z.object({
  run_id: RunId,
  /** The route, the status of its answer, and the names of the headers that were sent. */
  asked: z.array(z.array(z.union([z.string(), z.number()]))),
  watches: z.array(
    z.object({
      transports: z.array(z.string()),
      connection: z.object({ status: z.string() }),
      cursor: z.string(),
      status: z.string(),
      jobs: z.array(
        z.object({
          group: z.string(),
          external_id: z.string(),
          title: z.string(),
          status: z.string(),
        }),
      ),
    }),
  ),
})

let stack: Stack
let chromium: TestBrowser
let library: Library
let front: Front
let me: User
let companies: Company[]

beforeAll(async () => {
  library = await Library.build()
  front = await Front.start({ library, page: '<!doctype html><title>elsewhere</title>' })
  const [started, opened] = await Promise.all([startStack(), openBrowser()])
  stack = started
  chromium = opened
  me = await User.of(stack, 'me')
  companies = (await sampleCompanies(stack)).slice(0, 8)
})

afterAll(async () => {
  await chromium?.close()
  await stack?.close()
  await front?.close()
  await library?.remove()
})

async function expectRight({ run_id, asked, watches }: z.infer<typeof Trial>): Promise<void> {
  onTestFailed(() => void process.stderr.write(stack.output))
  const view = await me.view(run_id)
  const truth = (await me.jobs(run_id)).map(({ group, external_id, title, status }) => {
    return { group, external_id, title, status }
  })
  expect(truth.length).toBeGreaterThan(300)
  expect(watches.map(({ transports }) => transports)).toEqual([['sse'], ['socket'], ['poll']])
  for (const { connection, cursor, status, jobs } of watches) {
    expect({ connection, cursor, status }).toEqual({
      connection: { status: 'ended' },
      cursor: view.cursor,
      status: 'finished',
    })
    expect(byKey(jobs)).toEqual(byKey(truth))
  }
  // What a page of another origin sends and reads only where it is let.
  expect(asked).toContainEqual(expect.arrayContaining(['stream', 200, 'last-event-id']))
  expect(asked).toContainEqual(expect.arrayContaining(['events', 304, 'if-none-match']))
}

function byKey<T extends { readonly group: string; readonly external_id: string }>(jobs: T[]): T[] {
  const key = ({ group, external_id }: T) => `${group} ${external_id}`
  return jobs.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

function given(): string {
  return JSON.stringify({ origin: stack.origin, token: me.token, companies })
}

test('W-5: the built library follows a run in the Node of the machine, by each transport', async () => {
  const address = pathToFileURL(join(library.folder, 'client.js')).href
  const script = `import * as client from '${address}'
    process.stdout.write(JSON.stringify(await (${TRIAL})(client, ${given()})))`
  // npm puts a Node of its own before that one. Node 20 has a WebSocket only if it is told so.
  const PATH = (process.env['PATH'] ?? '').split(':').filter((one) => !one.includes('node_modules'))
  const args = [
    '--no-warnings',
    '--experimental-websocket',
    '--input-type=module',
    '--eval',
    script,
  ]
  const options = { env: { PATH: PATH.join(':') }, maxBuffer: 1e8 }
  const { stdout } = await promisify(execFile)('node', args, options)
  const trial = Trial.parse(JSON.parse(stdout))
  expect(trial.watches).toHaveLength(3)
  await expectRight(trial)
})

test('W-5: the built library follows a run in a page of another origin, by each transport', async () => {
  const page = await chromium.browser.newPage()
  await page.goto(front.origin)
  expect(front.origin).not.toBe(stack.origin)
  const script = `import('/lib/client.js').then((client) => (${TRIAL})(client, ${given()}))`
  await expectRight(Trial.parse(await page.evaluate(script)))
})
