import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { pauseMs, retryAfterMs } from '../../src/client/backoff.ts'
import type { ConnectionEnd } from '../../src/client/connection.ts'
import { ApiError } from '../../src/client/errors.ts'
import {
  type ConnectionPlan,
  decideReconnect,
  type PastConnection,
  type ReconnectRules,
} from '../../src/client/reconnect.ts'
import { timingWith } from '../../src/client/timing.ts'
import {
  afterFailure,
  afterSuccess,
  firstChoice,
  type Ladder,
  restAfterMs,
  stepAside,
  type TransportChoice,
} from '../../src/client/transport-choice.ts'

const ladder: Ladder = {
  streams: ['sse', 'socket'],
  up_ms: 100,
  up_max_ms: 1_000,
  still_ms: 60,
  now: 0,
}

function failing(choice: TransportChoice, times: number, now = 0): TransportChoice {
  return times === 0 ? choice : failing(afterFailure(choice, { ...ladder, now }), times - 1, now)
}

describe('the choice of a transport', () => {
  it('goes from stream to socket to polling, each after two failures, and then begins anew', () => {
    const order = Array.from({ length: 7 }, (_, n) => failing(firstChoice('auto'), n).transport)
    expect(order).toEqual(['sse', 'sse', 'socket', 'socket', 'poll', 'poll', 'sse'])
  })

  it('stays with a transport that works now and then', () => {
    let choice = firstChoice('auto')
    for (let i = 0; i < 9; i += 1) choice = afterSuccess(afterFailure(choice, ladder))
    expect(choice.transport).toBe('sse')
  })

  it('never leaves a transport that the caller chose', () => {
    const choice = failing(firstChoice('socket'), 9)
    expect(stepAside(afterSuccess(choice), ladder)).toMatchObject({
      kind: 'fixed',
      transport: 'socket',
    })
  })

  it('tries each stream in turn while it polls, in growing pauses up to the longest', () => {
    let choice = failing(firstChoice('auto'), 4, 1_000)
    const tried: (string | number | undefined)[] = []
    for (let i = 0; i < 6; i += 1) {
      tried.push(choice.kind === 'polling' ? choice.up_at : undefined)
      choice = stepAside(choice, ladder)
      tried.push(choice.transport)
      choice = afterFailure(choice, ladder)
    }
    const pauses = [1_100, 200, 400, 800, 1_000, 1_000]
    const names = ['sse', 'socket', 'sse', 'socket', 'sse', 'socket']
    expect(tried).toEqual(pauses.flatMap((pause, i) => [pause, names[i]]))
  })

  it('stays with the better transport when a try works', () => {
    const up = afterSuccess(stepAside(failing(firstChoice('auto'), 4), ladder))
    expect(up).toEqual({ kind: 'best', transport: 'sse', failures: 0, tries: 0 })
  })

  it('rests on a socket while a run stands still, and follows a run that moves by a stream', () => {
    const stream = firstChoice('auto')
    expect(restAfterMs(stream, ladder)).toBe(60)
    const socket = stepAside(stream, ladder)
    expect(socket).toMatchObject({ kind: 'resting', transport: 'socket' })
    expect(restAfterMs(socket, ladder)).toBeUndefined()
    expect(stepAside(socket, ladder)).toEqual(stream)
    expect(afterSuccess(socket)).toEqual(stream)
  })

  it('rests ever less often while sockets fail', () => {
    let choice = firstChoice('auto')
    const pauses: unknown[] = []
    for (let i = 0; i < 6; i += 1) {
      pauses.push(restAfterMs(choice, ladder))
      choice = afterFailure(stepAside(afterSuccess(choice), ladder), ladder)
      expect(choice.transport).toBe('sse')
    }
    expect(pauses).toEqual([60, 120, 240, 480, 960, 1_000])
  })

  it('rests only on the way from a stream, if there is a WebSocket and the caller lets it choose', () => {
    expect(restAfterMs(firstChoice('sse'), ladder)).toBeUndefined()
    expect(restAfterMs(firstChoice('auto'), { ...ladder, streams: ['sse'] })).toBeUndefined()
    expect(restAfterMs(failing(firstChoice('auto'), 2), ladder)).toBeUndefined()
  })

  it('comes back to a stream after any history when only streams work', () => {
    const steps = fc.array(fc.constantFrom('worked', 'failed', 'up'), { maxLength: 40 })
    fc.assert(
      fc.property(steps, (all) => {
        let choice = firstChoice('auto')
        for (const step of all) choice = take(choice, step)
        for (let i = 0; i < 12; i += 1)
          choice = take(choice, choice.transport === 'sse' ? 'worked' : 'failed')
        expect(choice.transport).toBe('sse')
      }),
    )
  })
})

function take(choice: TransportChoice, step: string): TransportChoice {
  if (step === 'worked') return afterSuccess(choice)
  return step === 'up' ? stepAside(choice, ladder) : afterFailure(choice, ladder)
}

describe('the pause before another connection', () => {
  const range = { backoff_ms: 1_000, backoff_max_ms: 30_000 }

  it('has full jitter over a range that doubles up to the longest', () => {
    const longest = Array.from({ length: 7 }, (_, failures) =>
      pauseMs({ failures, retry_ms: undefined }, range, 1),
    )
    expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    expect(pauseMs({ failures: 2_000, retry_ms: undefined }, range, 0.5)).toBe(15_000)
    expect(pauseMs({ failures: 5, retry_ms: undefined }, range, 0)).toBe(0)
  })

  it('W-6: is the one that the server requested, and longer after failures', () => {
    expect(pauseMs({ failures: 0, retry_ms: 912 }, range, 1)).toBe(912)
    expect(pauseMs({ failures: 1, retry_ms: 912 }, range, 0.5)).toBe(1_912)
    expect(pauseMs({ failures: 0, retry_ms: 1e12 }, range, 1)).toBe(3_600_000)
  })

  it('reads Retry-After as seconds or as a date', () => {
    const now = Date.parse('2026-01-01T00:00:00Z')
    expect(retryAfterMs('7', now)).toBe(7_000)
    expect(retryAfterMs('Thu, 01 Jan 2026 00:00:09 GMT', now)).toBe(9_000)
    expect(retryAfterMs('Thu, 01 Jan 2025 00:00:09 GMT', now)).toBe(0)
    for (const none of [null, '', 'soon', '-1']) expect(retryAfterMs(none, now)).toBe(0)
    expect(retryAfterMs('1e300', now)).toBe(3_600_000)
  })
})

function past(end: ConnectionEnd, more: Partial<PastConnection> = {}): PastConnection {
  return { end, lived: false, retry_ms: undefined, renewal: undefined, ...more }
}

function refused(status: number, retry_ms = 0): ConnectionEnd {
  return { kind: 'refused', error: new ApiError(status), retry_ms }
}

describe('what follows a connection', () => {
  const plan: ConnectionPlan = {
    cursor: 'e.1',
    choice: firstChoice('auto'),
    failures: 0,
    retry_ms: undefined,
  }
  const range = { backoff_ms: 1_000, backoff_max_ms: 30_000 }
  const rules: ReconnectRules = { ...ladder, ...range, random: 1 }
  const failures = (before: ConnectionPlan, one: PastConnection) => {
    const step = decideReconnect(before, one, rules)
    return step.kind === 'later' ? step.plan.failures : step.kind
  }
  const hurt: ConnectionPlan = { ...plan, failures: 3 }

  it('is a longer pause each time, until a connection brings something', () => {
    expect(failures(hurt, past({ kind: 'closed' }))).toBe(4)
    expect(failures(hurt, past({ kind: 'closed' }, { lived: true }))).toBe(0)
    expect(failures(hurt, past({ kind: 'failed', error: 'x' }, { lived: true }))).toBe(0)
  })

  it('is a longer pause after unreadable data, whatever came before', () => {
    const end: ConnectionEnd = { kind: 'unreadable', error: new Error('x') }
    const step = decideReconnect(hurt, past(end, { lived: true }), rules)
    expect(step).toMatchObject({ plan: { cursor: undefined, failures: 4 } })
  })

  it('W-6: does not count against the transport when the server asks the client to come back later', () => {
    const after = (one: PastConnection) => {
      const step = decideReconnect(plan, one, rules)
      return step.kind === 'later' ? step.plan.choice : step.kind
    }
    expect(after(past({ kind: 'closed' }, { retry_ms: 5 }))).toEqual(plan.choice)
    expect(after(past(refused(429)))).toEqual(plan.choice)
    expect(after(past({ kind: 'closed' }))).toMatchObject({ failures: 1 })
    expect(after(past(refused(503)))).toMatchObject({ failures: 1 })
    const silent: ConnectionEnd = { kind: 'failed', error: new Error('Nothing for 3000 ms.') }
    expect(after(past(silent, { retry_ms: 5 }))).toMatchObject({ failures: 1 })
    // A page instead of an answer comes from a proxy.
    expect(after(past(refused(200)))).toMatchObject({ failures: 1 })
  })

  it('is never a shorter pause than Retry-After', () => {
    expect(decideReconnect(plan, past(refused(503, 9_000)), rules)).toMatchObject({
      connection: { retry_ms: 9_000 },
    })
  })

  it('is the next transport at once when the tabs have as many streams as they may', () => {
    const full = past({ kind: 'full' })
    const step = decideReconnect(plan, full, rules)
    expect(step).toEqual({
      kind: 'now',
      plan: { ...plan, choice: { kind: 'best', transport: 'socket', failures: 0, tries: 0 } },
    })
    const wished: ConnectionPlan = { ...plan, choice: firstChoice('sse') }
    expect(decideReconnect(wished, full, rules)).toMatchObject({ kind: 'later' })
    const trying = stepAside(failing(plan.choice, 4), ladder)
    expect(decideReconnect({ ...plan, choice: trying }, full, rules)).toMatchObject({
      kind: 'now',
      plan: { choice: { kind: 'polling', tries: 1 } },
    })
  })

  it('W-13: is polls when the run has no place for a watcher', () => {
    const crowded = past({ kind: 'crowded' }, { lived: true, retry_ms: 5_000 })
    for (const choice of [plan.choice, failing(plan.choice, 2), stepAside(plan.choice, ladder)])
      expect(decideReconnect({ ...plan, choice }, crowded, rules)).toMatchObject({
        kind: 'now',
        plan: { cursor: 'e.1', choice: { kind: 'polling', tries: 0 } },
      })
    const wished: ConnectionPlan = { ...plan, choice: firstChoice('sse') }
    expect(decideReconnect(wished, crowded, { ...rules, random: 0 })).toMatchObject({
      kind: 'later',
      plan: { choice: { kind: 'fixed', transport: 'sse' } },
      connection: { retry_ms: 5_000 },
    })
  })

  it('is a stream again when the run moves, and a socket when it stands still', () => {
    const left = past({ kind: 'left' }, { lived: true })
    const resting = decideReconnect(plan, left, rules)
    expect(resting).toMatchObject({ kind: 'now', plan: { choice: { kind: 'resting' } } })
    if (resting.kind !== 'now') throw new Error('It follows at once.')
    expect(decideReconnect(resting.plan, left, rules)).toEqual({ kind: 'now', plan: { ...plan } })
    // The socket failed, and the stream was known to work.
    expect(decideReconnect(resting.plan, past({ kind: 'closed' }), rules)).toMatchObject({
      kind: 'now',
      plan: { choice: { kind: 'best', transport: 'sse', tries: 1 } },
    })
  })

  it('is another token after a refused one, or else the end of the watch', () => {
    expect(decideReconnect(plan, past(refused(401), { renewal: 'now' }), rules)).toEqual({
      kind: 'now',
      plan,
    })
    for (const status of [400, 401, 403, 404, 410])
      expect(decideReconnect(plan, past(refused(status)), rules)).toMatchObject({
        kind: 'stop',
        connection: { status: 'failed', error: { status } },
      })
  })
})

describe('what follows a connection, by its token, its silence and the requested pauses', () => {
  const plan: ConnectionPlan = { cursor: 'e.1', choice: firstChoice('auto'), failures: 0 }
  const rules: ReconnectRules = { ...ladder, backoff_ms: 1_000, backoff_max_ms: 30_000, random: 1 }

  it('W-12: is a pause and another token when the new one has expired too', () => {
    const end = refused(401)
    const step = decideReconnect(plan, past(end, { renewal: 'later' }), rules)
    expect(step).toMatchObject({
      kind: 'later',
      // The transport has not failed.
      plan: { ...plan, failures: 1 },
      connection: { status: 'reconnecting', retry_ms: 2_000, error: { status: 401 } },
    })
  })

  it('counts against the transport when nothing followed the first part, but lengthens no pause', () => {
    const error = new Error('The server sent nothing for 45 s')
    const silent = past({ kind: 'silent', error }, { lived: true })
    const once: ConnectionPlan = { ...plan, failures: 3, choice: failing(plan.choice, 1) }
    expect(decideReconnect({ ...plan, failures: 3 }, silent, rules)).toMatchObject({
      kind: 'later',
      plan: { failures: 0, choice: { transport: 'sse', failures: 1 } },
      connection: { status: 'reconnecting', error },
    })
    expect(decideReconnect(once, silent, rules)).toMatchObject({
      kind: 'later',
      plan: { failures: 0, choice: { transport: 'socket', failures: 0 } },
    })
    const trying = stepAside(failing(plan.choice, 4), ladder)
    expect(decideReconnect({ ...plan, choice: trying }, silent, rules)).toMatchObject({
      kind: 'now',
      plan: { choice: { kind: 'polling', tries: 1 } },
    })
    const wished: ConnectionPlan = { ...plan, choice: firstChoice('sse') }
    expect(decideReconnect(wished, silent, rules)).toMatchObject({
      kind: 'later',
      plan: { choice: { kind: 'fixed', transport: 'sse' } },
    })
  })

  it('W-6: a pause that the server requested holds for all later connections', () => {
    const asked = past({ kind: 'closed' }, { lived: true, retry_ms: 70 })
    const first = decideReconnect(plan, asked, rules)
    expect(first).toMatchObject({ plan: { retry_ms: 70 }, connection: { retry_ms: 70 } })
    if (first.kind !== 'later') throw new Error('It is for later.')
    const next = decideReconnect(first.plan, past({ kind: 'closed' }, { lived: true }), rules)
    expect(next).toMatchObject({ plan: { retry_ms: 70 }, connection: { retry_ms: 70 } })
  })

  it('is another connection at once after a poll was faster, perhaps by the next transport', () => {
    const slow = past({ kind: 'overtaken' })
    const first = decideReconnect(plan, slow, rules)
    expect(first).toEqual({
      kind: 'now',
      plan: { ...plan, choice: { ...plan.choice, failures: 1 } },
    })
    const again = { ...plan, choice: failing(plan.choice, 1) }
    expect(decideReconnect(again, slow, rules)).toMatchObject({
      kind: 'now',
      plan: { choice: { transport: 'socket', failures: 0 } },
    })
  })
})

describe('intervals', () => {
  it('are refused when they would end live connections', () => {
    expect(() => timingWith({ silence_ms: 20_000 })).toThrow(RangeError)
    expect(() => timingWith({ ping_ms: 50_000 })).toThrow(RangeError)
    expect(timingWith({ silence_ms: 26_000 }).ping_ms).toBe(20_000)
  })
})
