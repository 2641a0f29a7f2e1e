import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { keepLease } from '../../src/queue/lease.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

function keep(renew: () => Promise<'held' | 'lost'>) {
  const errors: unknown[] = []
  const spied = vi.fn<typeof renew>(renew)
  const lease = keepLease(spied, { renew_ms: 100, failed: (error) => errors.push(error) })
  return { lease, renew: spied, errors }
}

describe('a kept lease', () => {
  it('PLAN-1: is renewed whenever renew_ms has passed without a renewal', async () => {
    const { lease, renew } = keep(() => Promise.resolve('held'))
    await vi.advanceTimersByTimeAsync(350)
    expect(renew).toHaveBeenCalledTimes(3)
    await vi.advanceTimersByTimeAsync(40)
    lease.renewed()
    await vi.advanceTimersByTimeAsync(99)
    expect(renew).toHaveBeenCalledTimes(3)
    await vi.advanceTimersByTimeAsync(1)
    expect(renew).toHaveBeenCalledTimes(4)
    expect(lease.signal.aborted).toBe(false)
    await lease.end()
  })

  it('aborts its signal when it is lost, and is not renewed again', async () => {
    const { lease, renew } = keep(() => Promise.resolve('lost'))
    await vi.advanceTimersByTimeAsync(100)
    expect(lease.signal.aborted).toBe(true)
    await vi.advanceTimersByTimeAsync(1_000)
    lease.renewed()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(renew).toHaveBeenCalledTimes(1)
    await lease.end()
  })

  it('is tried again after a failed renewal, which is logged: only the object can say that the lease is lost', async () => {
    const { lease, renew, errors } = keep(() => Promise.reject(new Error('reset')))
    await vi.advanceTimersByTimeAsync(200)
    expect(renew).toHaveBeenCalledTimes(2)
    expect(errors).toEqual([new Error('reset'), new Error('reset')])
    expect(lease.signal.aborted).toBe(false)
    await lease.end()
  })

  it('ends when its open renewal has come back, and leaves no timer', async () => {
    const gate = Promise.withResolvers<'held'>()
    const { lease, renew } = keep(() => gate.promise)
    await vi.advanceTimersByTimeAsync(100)
    const ended = vi.fn<() => void>()
    const ending = lease.end().then(ended)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(ended).not.toHaveBeenCalled()
    gate.resolve('held')
    await ending
    expect(vi.getTimerCount()).toBe(0)
    expect(renew).toHaveBeenCalledTimes(1)
  })
})
