import { describe, expect, it } from 'vitest'

import type { RunEntry } from '../../src/durable/run/run-outbox.ts'
import { RunPost } from '../../src/durable/run/run-post.ts'
import type { Run } from '../../src/durable/run/run-state.ts'
import { run } from '../support/stored-run.ts'

const sent = { state: 'sent', due: 0, sends: 1, grant: 0, waits: null } as const
const plan: RunEntry = { ...sent, id: 1, subject: { kind: 'plan', group: 0 } }
const flight: RunEntry = { ...sent, id: 2, subject: { kind: 'flight', group: 0, jobs: [0] } }
const archive: RunEntry = { ...sent, id: 3, subject: { kind: 'archive' } }

/** The post of a run. Keeps the batches of its queues and the entries that came back. One queue may be away. */
function postOf(of: Run | undefined, away?: string) {
  const given: [string, unknown][] = []
  const back: [readonly RunEntry[], unknown][] = []
  const sends = { now: 0, most: 0 }
  const queue = (name: string) => ({
    sendBatch: async (messages: Iterable<{ readonly body: unknown }>) => {
      sends.now += 1
      sends.most = Math.max(sends.most, sends.now)
      await new Promise((resolve) => setImmediate(resolve))
      sends.now -= 1
      if (name === away) throw new Error(`${name} is away`)
      for (const { body } of messages) given.push([name, body])
    },
  })
  const flights: Record<string, ReturnType<typeof queue>> = {
    ingestion: queue('postings'),
    documents: queue('documents'),
  }
  const post = new RunPost({
    env: {
      PLAN_QUEUE: queue('plans'),
      CHECKPOINT_QUEUE: queue('checkpoints'),
    },
    flights: (pipeline) => flights[pipeline],
    run: () => of,
    unsent: (entries, error) => void back.push([entries, error]),
  })
  return { post, given, back, sends }
}

describe('the post of a run', () => {
  it.each([
    ['ingestion', 'postings'],
    ['documents', 'documents'],
  ])('Q-3: uses the queue of each kind, and sends flights of %s to %s', async (pipeline, queue) => {
    const { post, given, back } = postOf({ ...run, pipeline })
    await post.send([plan, flight, archive])
    const { run_id } = run
    expect(given).toEqual([
      ['plans', { kind: 'plan', run_id, group: 0 }],
      [queue, { kind: 'flight', run_id, flight: 2 }],
      ['checkpoints', { kind: 'archive', run_id }],
    ])
    expect(back).toEqual([])
  })

  it('Q-2: gives back the entries whose queue is away, and sends the others', async () => {
    const { post, given, back } = postOf({ ...run, pipeline: 'ingestion' }, 'postings')
    await post.send([plan, flight, archive])
    expect(given.map(([name]) => name)).toEqual(['plans', 'checkpoints'])
    expect(back).toEqual([[[flight], new Error('postings is away')]])
  })

  it('makes at most six sends at once', async () => {
    const { post, sends, given } = postOf({ ...run, pipeline: 'documents' })
    const flights = Array.from({ length: 2_000 }, (_, id) => ({ ...flight, id }))
    await Promise.all([post.send(flights), post.send([plan, archive])])
    expect(given).toHaveLength(2_002)
    expect(sends.most).toBe(6)
  })

  it('keeps the flights of a pipeline without a queue, and sends the rest', async () => {
    const { post, given, back } = postOf({ ...run, pipeline: 'laundry' })
    await post.send([plan, flight, archive])
    expect(given.map(([name]) => name)).toEqual(['plans', 'checkpoints'])
    expect(back).toEqual([[[flight], new Error('no queue is bound for the pipeline laundry')]])
  })

  it('RUN-5: sends nothing if there is no run', async () => {
    const { post, given } = postOf(undefined)
    await post.send([plan])
    expect(given).toEqual([])
  })
})
