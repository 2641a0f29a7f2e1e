import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { flightConsumer, reports } from '../support/flight-consumer.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Works on jobs with these results under a limit of bytes. Returns the recorded and the reported rows. */
async function work(results: readonly string[], result_bytes?: number) {
  const { consume, calls, order } = flightConsumer(results.length, {
    ...(result_bytes === undefined ? {} : { result_bytes }),
    work: async ({ external_id }) => ({
      kind: 'ready',
      result: results[Number(external_id.slice(4))] ?? '',
    }),
  })
  await consume()
  const [report] = reports(calls)
  return { order, report }
}

const ready = { kind: 'ready', outcome: 'new' }

it('a result that is too large fails only its job, without a retry', async () => {
  // In JSON the first two are 12 bytes, and the last is 14: "é" is two bytes.
  const { order, report } = await work(['x'.repeat(10), 'é'.repeat(5), 'é'.repeat(6)], 12)
  expect(order).toEqual(['record job 0,job 1', 'recorded'])
  const failure = {
    code: 'result_too_large',
    message: 'The result is 14 bytes of JSON. A job stores at most 12 bytes of its result.',
    retryable: false,
  }
  expect(report).toMatchObject({ rows: [ready, ready, { n: 2, kind: 'failed', failure }] })
})

it('a pipeline that stores its results itself has no such limit', async () => {
  const { report } = await work(['x'.repeat(100_000)])
  expect(report).toMatchObject({ rows: [ready] })
})
