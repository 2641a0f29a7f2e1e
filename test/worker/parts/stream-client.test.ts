import { describe, expect, it } from 'vitest'

import { abortRun, startRun, watchRun } from '../../../src/client/client.ts'
import { send } from '../api-client.ts'
import { startBody } from '../parts.ts'
import { newUser } from '../test-user.ts'

/** Makes a new user, and the options with which the library calls the Worker in the same process. */
async function caller() {
  const who = await newUser()
  const fetch = (url: string, init: RequestInit) => send(url.replace(ORIGIN, ''), init)
  return { who, options: { origin: ORIGIN, token: who.client.token, fetch } }
}

const ORIGIN = 'https://runcast.test'

describe.each(['sse', 'poll'] as const)('the client library in workerd, over %s', (transport) => {
  it('W-5, EV-6: follows a run that it started to its end, and so does a later watch', async () => {
    const { who, options } = await caller()
    const { run_id } = await startRun(startBody(1, 2), options)
    const { connection, run, cursor } = await watchRun(run_id, { ...options, transport }).ended
    expect(connection).toEqual({ status: 'ended' })
    const view = await who.view(run_id)
    expect(cursor).toBe(view.cursor)
    expect(run.progress).toEqual({ counts: view.counts, groups_open: 0, rate: 0 })
    expect(run.snapshot).toEqual(view.snapshot)
    const late = await watchRun(run_id, { ...options, transport }).ended
    expect(late.run.progress).toEqual(run.progress)
    const shown = [...run.jobs.values()].flatMap((jobs) => [...jobs.values()])
    const jobs = await who.jobs(run_id)
    expect(jobs.length).toBeGreaterThan(0)
    expect(shown.map(({ external_id, status }) => [external_id, status]).toSorted(byId)).toEqual(
      jobs.map(({ external_id, status }) => [external_id, status]).toSorted(byId),
    )
  })

  it('RUN-2: shows the end of a run that it aborted', async () => {
    const { who, options } = await caller()
    const { run_id } = await startRun(startBody(3), options)
    const { ended } = watchRun(run_id, { ...options, transport })
    const [{ by }, { run }] = await Promise.all([abortRun(run_id, options), ended])
    expect(by).toBe(who.owner)
    expect(run.status).toBe('aborted')
  })
})

function byId([one = '']: string[], [other = '']: string[]): number {
  return one < other ? -1 : 1
}
