import { expect } from 'vitest'
import { z } from 'zod'

import { Progress } from '../../src/protocol/events.ts'
import { RunId } from '../../src/protocol/ids.ts'
import type { User } from './user.ts'

/**
 * Starts a run with the library, and watches it to its end by each transport. The first stream is cut off
 * after it has brought a cursor. The polls are frequent.
 */
export const TRIAL = `async ({ startRun, watchRun }, { origin, token, companies }) => {
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
    return { transports: [...new Set(transports)], connection, cursor, status: run.status, progress: run.progress, jobs }
  })
  return { run_id, asked, watches: await Promise.all(watches) }
}`

export const Trial = z.object({
  run_id: RunId,
  /** Each request's route, the status of its answer, and the names of its headers. */
  asked: z.array(z.array(z.union([z.string(), z.number()]))),
  watches: z.array(
    z.object({
      transports: z.array(z.string()),
      connection: z.object({ status: z.string() }),
      cursor: z.string(),
      status: z.string(),
      progress: Progress,
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
export type Trial = z.infer<typeof Trial>

/** Checks that each transport showed the run, and that the headers that need CORS were sent. */
export async function expectRight(trial: Trial, me: User): Promise<void> {
  const { run_id, asked, watches } = trial
  const view = await me.view(run_id)
  const truth = (await me.jobs(run_id)).map(({ group, external_id, title, status }) => {
    return { group, external_id, title, status }
  })
  expect(truth.length).toBeGreaterThan(300)
  expect(watches.map(({ transports }) => transports)).toEqual([['sse'], ['socket'], ['poll']])
  for (const { connection, cursor, status, progress, jobs } of watches) {
    expect({ connection, cursor, status }).toEqual({
      connection: { status: 'ended' },
      cursor: view.cursor,
      status: 'finished',
    })
    expect(progress).toEqual({ counts: view.counts, groups_open: 0, rate: 0 })
    expect(byKey(jobs)).toEqual(byKey(truth))
  }
  expect(asked).toContainEqual(expect.arrayContaining(['stream', 200, 'last-event-id']))
  expect(asked).toContainEqual(expect.arrayContaining(['events', 304, 'if-none-match']))
}

function byKey<T extends { readonly group: string; readonly external_id: string }>(jobs: T[]): T[] {
  const key = ({ group, external_id }: T) => `${group} ${external_id}`
  return jobs.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}
