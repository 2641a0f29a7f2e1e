import { expect } from 'vitest'

import { JobPage } from '../../src/protocol/run.ts'
import { SocketWatcher } from './socket.ts'
import type { TestUser } from './test-user.ts'

type Client = TestUser['client']

/** Reads everything that the routes of an ended run answer, except for the number of watchers. */
export async function readAnswers(client: Client, run_id: string, cursor: string) {
  const path = `/api/runs/${run_id}`
  return {
    view: await readView(client, path),
    jobs: await readJobs(client, `${path}/jobs`),
    ...(await readEach(client, [
      `${path}/input`,
      `${path}/jobs?limit=3`,
      `${path}/jobs?status=failed`,
      `${path}/jobs?status=pending`,
      `${path}/jobs?group=company-54`,
      `${path}/jobs?group=no%20such&status=ready`,
      `${path}/jobs?cursor=1.999999`,
      `${path}/jobs?cursor=garbage`,
      `${path}/logs`,
      `${path}/logs?limit=2`,
      `${path}/logs?after=3&limit=2`,
      `${path}/logs?after=99999999`,
      `/api/ingestion/logs/${run_id}`,
      `${path}/expiry`,
      `${path}/events?cursor=garbage`,
      `${path}/events?cursor=${cursor}&wait=1`,
      `${path}/socket`,
      `${path}/watch-tokens`,
    ])),
    fresh: await read(client, path, { 'if-none-match': `"${cursor}"` }),
    freshPoll: await read(client, `${path}/events?cursor=${cursor}`, {
      'if-none-match': `"${cursor}"`,
    }),
    over: await read(client, `${path}/stream`, { 'last-event-id': cursor }),
    watched: await watchAll(client, path, cursor),
  }
}

const variants = ['', 'lean=1', 'with=detail', 'with=detail,log', 'lean=1&with=detail,log']

/** Reads the events that a late watcher gets, by each transport. */
async function watchAll(client: Client, path: string, cursor: string) {
  const shown: Record<string, unknown> = {}
  for (const variant of variants) {
    const stream = await read(client, `${path}/stream?${variant}`)
    shown[`stream ${variant}`] = { ...stream, body: stream.body.replace(/^retry: \d+\n\n/, '') }
    shown[`events ${variant}`] = await read(client, `${path}/events?${variant}`)
    shown[`socket ${variant}`] = await watchSocket(client, `${path}/socket?${variant}`)
  }
  shown['the earlier stream'] = await readEarlierStream(client, path)
  shown['socket at the end'] = await watchSocket(client, `${path}/socket?cursor=${cursor}`)
  return shown
}

async function readEarlierStream(client: Client, path: string) {
  const { status, body } = await read(client, path.replace('/runs/', '/ingestion/progress/'))
  return { status, body: body.replace(/^retry: \d+\n\n/, '') }
}

async function watchSocket(client: Client, path: string) {
  const watcher = new SocketWatcher(await client.get(path, { upgrade: 'websocket' }))
  await watcher.drain()
  return { events: watcher.events, code: await watcher.closed, cursor: watcher.cursor }
}

async function readView(client: Client, path: string) {
  const { body, ...answer } = await read(client, path)
  const { watchers, ...view } = JSON.parse(body)
  expect(watchers).toBeTypeOf('number')
  return { ...answer, view, groups: Object.keys(view.groups) }
}

/** Reads the jobs page by page, as a client does. */
async function readJobs(client: Client, path: string) {
  const pages: unknown[] = []
  for (let cursor = ''; ;) {
    const page = JobPage.parse(await (await client.get(`${path}?limit=10${cursor}`)).json())
    pages.push(page)
    if (page.next_cursor === null) return pages
    cursor = `&cursor=${page.next_cursor}`
  }
}

async function readEach(client: Client, paths: readonly string[]) {
  const said: [string, unknown][] = []
  for (const path of paths) said.push([path, await read(client, path)])
  return Object.fromEntries(said)
}

const HEADERS = ['content-type', 'etag', 'cache-control']

async function read(client: Client, path: string, given?: Record<string, string>) {
  const response = await client.get(path, given)
  const headers = HEADERS.map((name) => response.headers.get(name))
  const body = (await response.text()).replace(/"request_id":"[^"]*"/, '')
  return { status: response.status, headers, body }
}
