import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { Alarm } from '../../src/durable/outbox/alarm.ts'
import { tryRepeatedly } from '../../src/durable/outbox/repeated-tries.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Tries work that fails so many times. */
async function tryFailing(times: number) {
  const failures: unknown[] = []
  let calls = 0
  const work = async (): Promise<void> => {
    calls += 1
    if (calls <= times) throw new Error(`failure ${calls}`)
  }
  const failed = (error: unknown): void => void failures.push(error)
  const done = tryRepeatedly(work, { backoff_ms: 100, failed })
  await vi.runAllTimersAsync()
  await done
  return { calls, failures }
}

describe('repeated tries', () => {
  it('stop after the first success', async () => {
    expect(await tryFailing(0)).toEqual({ calls: 1, failures: [] })
  })

  it('go on after failures, and report each', async () => {
    const failures = [new Error('failure 1'), new Error('failure 2')]
    expect(await tryFailing(2)).toEqual({ calls: 3, failures })
  })

  it('end some day, and never reject', async () => {
    const { calls, failures } = await tryFailing(1_000)
    expect(failures).toHaveLength(calls)
    expect(calls).toBeLessThan(10)
  })
})

it('an alarm that could not be set is set by the next try', async () => {
  const set = vi
    .fn<(due: number) => Promise<void>>(async () => undefined)
    .mockRejectedValueOnce(new Error('busy'))
  const alarm = new Alarm({ read: async () => null, set, clear: async () => undefined })
  await expect(alarm.arm(5)).rejects.toThrow('busy')
  await alarm.arm(5)
  await alarm.arm(6)
  expect(set.mock.calls).toEqual([[5], [5]])
})
