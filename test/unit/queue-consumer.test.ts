import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import type { LostMessage } from '../../src/durable/run/work-rpc.ts'
import type { Batch } from '../../src/queue/consumer.ts'
import { consumeBatch } from '../../src/queue/consumer.ts'
import { deadLetterConsumer } from '../../src/queue/dead-letters.ts'
import { keepLog, run_id, stubRun } from '../support/stub-run.ts'

function batchOf(...bodies: unknown[]): { batch: Batch; acked: unknown[] } {
  const acked: unknown[] = []
  const messages = bodies.map((body) => ({ body, ack: () => void acked.push(body) }))
  return { acked, batch: { queue: 'letters', messages } }
}

describe('a batch of messages', () => {
  it('Q-2: goes on after a message that fails or is invalid, which is acknowledged and logged', async () => {
    const { batch, acked } = batchOf('one', 'bad', 42, 'two')
    const { log, lines } = keepLog()
    const done: string[] = []
    const consume = (message: string): Promise<void> => {
      if (message === 'bad') throw new Error('no')
      done.push(message)
      return Promise.resolve()
    }
    await consumeBatch(batch, { message: z.string(), consume }, log)
    expect(done).toEqual(['one', 'two'])
    expect(new Set(acked)).toEqual(new Set(['one', 'bad', 42, 'two']))
    expect(lines.map(([level]) => level)).toEqual(['error', 'error'])
  })

  it('Q-2: with a slow message holds up no other, and acknowledges it only when it is done', async () => {
    const { batch, acked } = batchOf('slow', 'quick')
    const gate = Promise.withResolvers<void>()
    const consume = (message: string) => (message === 'slow' ? gate.promise : Promise.resolve())
    const all = consumeBatch(batch, { message: z.string(), consume }, keepLog().log)
    await new Promise((resolve) => setImmediate(resolve))
    expect(acked).toEqual(['quick'])
    gate.resolve()
    await all
    expect(acked).toEqual(['quick', 'slow'])
  })
})

describe('a dead letter', () => {
  it.each<[unknown, LostMessage]>([
    [
      { kind: 'plan', run_id, group: 3 },
      { kind: 'plan', group: 3 },
    ],
    [
      { kind: 'flight', run_id, flight: 9 },
      { kind: 'flight', flight: 9 },
    ],
    [{ kind: 'checkpoint', run_id }, { kind: 'checkpoint' }],
  ])('JOB-5: is reported to its run: %j', async (body, told) => {
    const { run, calls } = stubRun({ lost: () => Promise.resolve() })
    const { batch, acked } = batchOf(body)
    const { log, lines } = keepLog()
    await consumeBatch(batch, deadLetterConsumer({ run, log }), log)
    expect(calls).toEqual([['lost', told]])
    expect(acked).toEqual([body])
    expect(lines).toHaveLength(1)
  })

  it('Q-1: that names no run reaches none', async () => {
    const { run, calls } = stubRun({})
    const { batch } = batchOf(
      { kind: 'plan', run_id: 'nonsense', group: 3 },
      { kind: 'other', run_id },
    )
    await consumeBatch(batch, deadLetterConsumer({ run, log: keepLog().log }), keepLog().log)
    expect(calls).toEqual([])
  })
})
