import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { createGate, Idle, openGate } from '../../src/gate.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

/** Calls that a test ends. Keeps the names of those that have begun. */
function calls() {
  const begun: string[] = []
  const ends = new Map<string, PromiseWithResolvers<string>>()
  const call = (name: string) => () => {
    begun.push(name)
    const end = Promise.withResolvers<string>()
    ends.set(name, end)
    return end.promise
  }
  const end = async (name: string) => {
    ends.get(name)?.resolve(`${name} is done`)
    await settled()
  }
  return { begun, call, end, fail: (name: string, why: Error) => ends.get(name)?.reject(why) }
}

async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0)
}

describe('a gate', () => {
  it('makes a limited number of calls at once, and the others in order', async () => {
    const gate = createGate(2)
    const { begun, call, end } = calls()
    const answers = ['a', 'b', 'c', 'd'].map((name) => gate(call(name)))
    await settled()
    expect(begun).toEqual(['a', 'b'])
    await end('b')
    expect(begun).toEqual(['a', 'b', 'c'])
    await end('a')
    expect(begun).toEqual(['a', 'b', 'c', 'd'])
    await end('c')
    await end('d')
    expect(await Promise.all(answers)).toEqual(
      ['a', 'b', 'c', 'd'].map((name) => `${name} is done`),
    )
  })

  it('frees the place of a call that fails or throws', async () => {
    const gate = createGate(1)
    const { begun, call, fail } = calls()
    const failed = gate(call('a'))
    const thrown = gate(() => {
      throw new Error('it never began')
    })
    const last = gate(call('b'))
    await settled()
    fail('a', new Error('it broke'))
    await expect(failed).rejects.toThrow('it broke')
    await expect(thrown).rejects.toThrow('it never began')
    expect(begun).toEqual(['a', 'b'])
    fail('b', new Error('the end'))
    await expect(last).rejects.toThrow('the end')
  })

  it('rejects an aborted caller at once, and never makes its call', async () => {
    const gate = createGate(1)
    const { begun, call, end } = calls()
    void gate(call('a'))
    const stop = new AbortController()
    const waiting = gate(call('b'), { signal: stop.signal })
    const after = gate(call('c'))
    await settled()
    stop.abort(new Error('it was stopped'))
    await expect(waiting).rejects.toThrow('it was stopped')
    await end('a')
    expect(begun).toEqual(['a', 'c'])
    await end('c')
    expect(await after).toBe('c is done')
  })

  it('rejects a caller that was aborted before', async () => {
    const { begun, call } = calls()
    const signal = AbortSignal.abort(new Error('too late'))
    await expect(createGate(1)(call('a'), { signal })).rejects.toThrow('too late')
    expect(begun).toEqual([])
  })

  it('does not interrupt a call that has begun', async () => {
    const { call, end } = calls()
    const stop = new AbortController()
    const answer = createGate(1)(call('a'), { signal: stop.signal })
    await settled()
    stop.abort()
    await end('a')
    expect(await answer).toBe('a is done')
  })

  it('counts the wait up to now, without the time of the call', async () => {
    const gate = createGate(1)
    const { call, end } = calls()
    const idle = new Idle()
    void gate(call('a'), { idle })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(idle.ms).toBe(0)
    void gate(call('b'), { idle })
    void gate(call('c'), { idle })
    await vi.advanceTimersByTimeAsync(300)
    expect(idle.ms).toBe(300)
    await end('a')
    await vi.advanceTimersByTimeAsync(200)
    expect(idle.ms).toBe(500)
    await end('b')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(idle.ms).toBe(500)
    await end('c')
    expect(idle.ms).toBe(500)
  })

  it('stops counting at an abort', async () => {
    const gate = createGate(1)
    const { call, end } = calls()
    const [idle, stop] = [new Idle(), new AbortController()]
    void gate(call('a'))
    const waiting = gate(call('b'), { idle, signal: stop.signal })
    await vi.advanceTimersByTimeAsync(300)
    stop.abort(new Error('it was stopped'))
    await expect(waiting).rejects.toThrow('it was stopped')
    await vi.advanceTimersByTimeAsync(300)
    await end('a')
    expect(idle.ms).toBe(300)
  })

  it('that is open limits nothing', async () => {
    const { begun, call } = calls()
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) void openGate(call(name))
    await settled()
    expect(begun).toHaveLength(7)
  })
})
