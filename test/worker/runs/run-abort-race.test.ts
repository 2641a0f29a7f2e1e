import { beforeEach, describe, expect, it, vi } from 'vitest'

import type { AbortAnswer } from '../../../src/durable/run/run-rpc.ts'
import type { Failpoint } from '../../../src/failpoint.ts'
import { clearFaults, setFault } from '../../../src/failpoint.ts'
import type { Message } from '../../../src/protocol/messages.ts'
import { agree } from '../agreement.ts'
import { deliver } from '../manual-queues.ts'
import { ManualRun } from '../manual-run.ts'
import { connect, isEnd, Watcher } from '../watch.ts'

const BOARD = 43
const FLIGHT_JOBS = 9
const FLIGHTS = 3

/** The failpoints that a flight passes before the run's end. */
const points = [
  'work.claimed',
  'work.recording',
  'work.recorded',
  'work.reported',
  'message.done',
  'outbox.sending',
  'outbox.sent',
] as const satisfies readonly Failpoint[]

/** Whether the work at the failpoint goes on at once, or after the abort was answered. */
const paces = ['at once', 'afterwards'] as const

type Race = {
  readonly point: Failpoint
  readonly nth: number
  readonly pace: (typeof paces)[number]
}

beforeEach(() => {
  vi.restoreAllMocks()
  clearFaults()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
})

/**
 * Aborts when the failpoint is reached for the nth time. If that never happens, aborts when everything was
 * delivered.
 */
function abortAt(run: ManualRun, { point, nth, pace }: Race) {
  let hits = 0
  let answer: Promise<AbortAnswer> | undefined
  const { owner } = run
  const abort = () => (answer ??= run.run.abort({ owner, by: owner }))
  setFault(point, async () => {
    hits += 1
    if (hits <= nth) return
    const aborted = abort()
    if (pace === 'afterwards') await aborted
  })
  return abort
}

function together(messages: readonly Message[]) {
  return Promise.all(messages.map((message) => deliver([message])))
}

/** Runs one race, and checks that all parts agree on its winner. Returns the kind of the abort's answer. */
async function race(given: Race): Promise<AbortAnswer['kind']> {
  const run = new ManualRun()
  const { owner } = run
  await run.start([BOARD], FLIGHT_JOBS)
  const watcher = new Watcher(await connect(run.run, { owner }))
  const drained = watcher.drain()
  await deliver(await run.queues.take('plan'))
  const abort = abortAt(run, given)
  await together(run.queues.takeNow('flight'))
  const answer = await abort()
  clearFaults()
  await run.rest()
  await drained
  const view = await run.run.view({ owner })
  expect(view).toMatchObject(
    answer.kind === 'aborted'
      ? { status: 'aborted', abort: answer.receipt }
      : { status: 'finished', snapshot: { aborted: 0, ready: 25 } },
  )
  expect(watcher.events.filter(isEnd)).toMatchObject([{ data: view?.status, id: view?.cursor }])
  expect(isEnd(watcher.events.at(-1) ?? { event: 'groups', data: {} })).toBe(true)
  await agree(run, watcher.state)
  return answer.kind
}

describe('RUN-1, RUN-2: exactly one of the abort and the end wins', () => {
  it.each(points)('where they meet at %s', async (point) => {
    for (let nth = 0; nth < FLIGHTS; nth += 1) {
      for (const pace of paces) {
        expect(['aborted', 'ended']).toContain(await race({ point, nth, pace }))
      }
    }
  })

  it('the first one wins', async () => {
    const first = { point: 'work.claimed', nth: 0, pace: 'afterwards' } as const
    expect(await race(first)).toBe('aborted')
    expect(await race({ ...first, nth: FLIGHTS })).toBe('ended')
  })
})
