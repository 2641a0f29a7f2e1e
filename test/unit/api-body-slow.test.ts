import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { bodyChunks } from '../../src/api/body-chunks.ts'
import { ProblemError } from '../../src/api/problem.ts'

const rules = {
  most: 10_000_000,
  tooLarge: () => new ProblemError('too-large', { detail: 'too large' }),
  brokenOff: () => new ProblemError('invalid-json', { detail: 'broken off' }),
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A body that brings so many bytes at this interval. */
function dripping(bytes: number, every_ms: number) {
  const seen = { brought: 0, cancelled: false }
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await new Promise((resolve) => {
          setTimeout(resolve, every_ms)
        })
        seen.brought += bytes
        controller.enqueue(new Uint8Array(bytes))
      },
      cancel() {
        seen.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { body, seen }
}

/** Reads a body to its end. Returns how it ended, and after how long. */
async function end(body: ReadableStream<Uint8Array>, think_ms = 0) {
  const began = Date.now()
  let ended_at = began
  const reading = (async () => {
    try {
      for await (const _ of bodyChunks(body, rules))
        await new Promise((resolve) => {
          setTimeout(resolve, think_ms)
        })
    } finally {
      ended_at = Date.now()
    }
  })()
  const ended = reading.then(
    () => undefined,
    (error: unknown) => error,
  )
  await vi.advanceTimersByTimeAsync(3_600_000)
  const failed = await ended
  if (!(failed instanceof ProblemError)) throw new Error('it was taken', { cause: failed })
  return { code: failed.code, seconds: Math.floor((ended_at - began) / 1_000) }
}

it('a body that brings a byte a second ends after a minute', async () => {
  const { body, seen } = dripping(1, 1_000)
  expect(await end(body)).toEqual({ code: 'too-slow', seconds: 60 })
  expect(seen.cancelled).toBe(true)
  expect(body.locked).toBe(false)
})

it('a body that never comes ends as well', async () => {
  const { body } = dripping(1, 100_000_000)
  expect(await end(body)).toEqual({ code: 'too-slow', seconds: 60 })
})

it('a body that comes fast enough goes on up to the size limit', async () => {
  const { body, seen } = dripping(20_000, 1_000)
  expect(await end(body)).toMatchObject({ code: 'too-large' })
  expect(seen.brought).toBeGreaterThan(rules.most)
})

it('the time that the reader takes between two chunks does not count', async () => {
  const { body } = dripping(500_000, 100)
  expect(await end(body, 30_000)).toMatchObject({ code: 'too-large' })
})
