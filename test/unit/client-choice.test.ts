import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { ApiError } from '../../src/client/api-error.ts'
import { pauseOf, retryAfterMs } from '../../src/client/backoff.ts'
import { type Chance, nextStep, type Past, type Standing } from '../../src/client/next-step.ts'
import { timingWith } from '../../src/client/timing.ts'
import {
  type Choice,
  failed,
  firstChoice,
  goUp,
  type Ladder,
  worked,
} from '../../src/client/transport-choice.ts'
import type { Ending } from '../../src/client/transports/connect.ts'

const ladder: Ladder = { streams: ['sse', 'socket'], up_ms: 100, up_max_ms: 1_000, now: 0 }

function failing(choice: Choice, times: number, now = 0): Choice {
  return times === 0 ? choice : failing(failed(choice, { ...ladder, now }), times - 1, now)
}

describe('the choice of a transport', () => {
  it('goes from stream to socket to polling, each after two failures, and then begins anew', () => {
    const order = Array.from({ length: 7 }, (_, n) => failing(firstChoice('auto'), n).transport)
    expect(order).toEqual(['sse', 'sse', 'socket', 'socket', 'poll', 'poll', 'sse'])
  })

  it('stays with one that works now and then', () => {
    let choice = firstChoice('auto')
    for (let i = 0; i < 9; i += 1) choice = worked(failed(choice, ladder))
    expect(choice.transport).toBe('sse')
  })

  it('never leaves one that was wished for', () => {
    const choice = failing(firstChoice('socket'), 9)
    expect(goUp(worked(choice), ladder)).toMatchObject({ kind: 'fixed', transport: 'socket' })
  })

  it('tries each stream in turn while it polls, in growing pauses up to the longest', () => {
    let choice = failing(firstChoice('auto'), 4, 1_000)
    const tried: (string | number | undefined)[] = []
    for (let i = 0; i < 6; i += 1) {
      tried.push(choice.kind === 'polling' ? choice.up_at : undefined)
      choice = goUp(choice, ladder)
      tried.push(choice.transport)
      choice = failed(choice, ladder)
    }
    const pauses = [1_100, 200, 400, 800, 1_000, 1_000]
    const names = ['sse', 'socket', 'sse', 'socket', 'sse', 'socket']
    expect(tried).toEqual(pauses.flatMap((pause, i) => [pause, names[i]]))
  })

  it('stays up where a try works', () => {
    const up = worked(goUp(failing(firstChoice('auto'), 4), ladder))
    expect(up).toEqual({ kind: 'on', transport: 'sse', failures: 0 })
  })

  it('comes back to a stream from whatever happened, once streams alone work', () => {
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

function take(choice: Choice, step: string): Choice {
  if (step === 'worked') return worked(choice)
  return step === 'up' ? goUp(choice, ladder) : failed(choice, ladder)
}

describe('the pause before another connection', () => {
  const range = { backoff_ms: 1_000, backoff_max_ms: 30_000 }

  it('has full jitter over a range that doubles up to the longest', () => {
    const longest = Array.from({ length: 7 }, (_, failures) =>
      pauseOf({ failures, retry_ms: undefined }, range, 1),
    )
    expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    expect(pauseOf({ failures: 2_000, retry_ms: undefined }, range, 0.5)).toBe(15_000)
    expect(pauseOf({ failures: 5, retry_ms: undefined }, range, 0)).toBe(0)
  })

  it('W-6: is what the server asked for, and longer after failures', () => {
    expect(pauseOf({ failures: 0, retry_ms: 912 }, range, 1)).toBe(912)
    expect(pauseOf({ failures: 1, retry_ms: 912 }, range, 0.5)).toBe(1_912)
    expect(pauseOf({ failures: 0, retry_ms: 1e12 }, range, 1)).toBe(3_600_000)
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

function past(ending: Ending, more: Partial<Past> = {}): Past {
  return { ending, lived: false, put_off: false, renewal: undefined, ...more }
}

function refused(status: number, retry_after_ms = 0): Ending {
  return { kind: 'refused', error: new ApiError(status), retry_after_ms }
}

describe('what follows a connection', () => {
  const standing: Standing = {
    cursor: 'e.1',
    choice: firstChoice('auto'),
    failures: 0,
    retry_ms: undefined,
  }
  const range = { backoff_ms: 1_000, backoff_max_ms: 30_000 }
  const chance: Chance = { ...ladder, ...range, random: 1 }
  const failures = (before: Standing, one: Past) => {
    const step = nextStep(before, one, chance)
    return step.kind === 'later' ? step.standing.failures : step.kind
  }
  const hurt: Standing = { ...standing, failures: 3 }

  it('grows the pause until a connection delivers something', () => {
    expect(failures(hurt, past({ kind: 'closed' }))).toBe(4)
    expect(failures(hurt, past({ kind: 'closed' }, { lived: true }))).toBe(0)
    expect(failures(hurt, past({ kind: 'failed', error: 'x' }, { lived: true }))).toBe(0)
  })

  it('grows it for what cannot be read, whatever came before that', () => {
    const ending: Ending = { kind: 'unreadable', error: new Error('x') }
    const step = nextStep(hurt, past(ending, { lived: true }), chance)
    expect(step).toMatchObject({ standing: { cursor: undefined, failures: 4 } })
  })

  it('W-6: holds it against no transport that the server asks to come back later', () => {
    const after = (one: Past) => {
      const step = nextStep(standing, one, chance)
      return step.kind === 'later' ? step.standing.choice : step.kind
    }
    expect(after(past({ kind: 'closed' }, { put_off: true }))).toEqual(standing.choice)
    expect(after(past(refused(429)))).toEqual(standing.choice)
    expect(after(past({ kind: 'closed' }))).toMatchObject({ failures: 1 })
    expect(after(past(refused(503)))).toMatchObject({ failures: 1 })
    const silent: Ending = { kind: 'failed', error: new Error('Nothing for 3000 ms.') }
    expect(after(past(silent, { put_off: true }))).toMatchObject({ failures: 1 })
    // A page in place of an answer is of something that stands in between.
    expect(after(past(refused(200)))).toMatchObject({ failures: 1 })
  })

  it('waits no shorter than Retry-After', () => {
    expect(nextStep(standing, past(refused(503, 9_000)), chance)).toMatchObject({
      connection: { retry_ms: 9_000 },
    })
  })

  it('is the next transport at once where the tabs hold as many streams as they may', () => {
    const full = past({ kind: 'full' })
    const step = nextStep(standing, full, chance)
    expect(step).toEqual({
      kind: 'on',
      standing: { ...standing, choice: { kind: 'on', transport: 'socket', failures: 0 } },
    })
    const wished: Standing = { ...standing, choice: firstChoice('sse') }
    expect(nextStep(wished, full, chance)).toMatchObject({ kind: 'later' })
    const trying = goUp(failing(standing.choice, 4), ladder)
    expect(nextStep({ ...standing, choice: trying }, full, chance)).toMatchObject({
      kind: 'on',
      standing: { choice: { kind: 'polling', tries: 1 } },
    })
  })

  it('is another token for a refused one, and else the end', () => {
    expect(nextStep(standing, past(refused(401), { renewal: 'now' }), chance)).toEqual({
      kind: 'on',
      standing,
    })
    for (const status of [400, 401, 403, 404, 410])
      expect(nextStep(standing, past(refused(status)), chance)).toMatchObject({
        kind: 'stop',
        connection: { status: 'failed', error: { status } },
      })
  })
})

describe('what follows a connection of which there is more to know', () => {
  const standing: Standing = { cursor: 'e.1', choice: firstChoice('auto'), failures: 0 }
  const chance: Chance = { ...ladder, backoff_ms: 1_000, backoff_max_ms: 30_000, random: 1 }

  it('W-12: is a pause and another token where the new one has expired as well', () => {
    const ending = refused(401)
    const step = nextStep(standing, past(ending, { renewal: 'later' }), chance)
    expect(step).toMatchObject({
      kind: 'later',
      // The transport is not at fault.
      standing: { ...standing, failures: 1 },
      connection: { status: 'reconnecting', retry_ms: 2_000, error: { status: 401 } },
    })
  })

  it('is the next one at once after a poll was faster, which may be the turn of another transport', () => {
    const slow = past({ kind: 'overtaken' })
    const first = nextStep(standing, slow, chance)
    expect(first).toEqual({
      kind: 'on',
      standing: { ...standing, choice: { ...standing.choice, failures: 1 } },
    })
    const again = { ...standing, choice: failing(standing.choice, 1) }
    expect(nextStep(again, slow, chance)).toMatchObject({
      kind: 'on',
      standing: { choice: { transport: 'socket', failures: 0 } },
    })
  })
})

describe('intervals', () => {
  it('that would end live connections are refused', () => {
    expect(() => timingWith({ silence_ms: 20_000 })).toThrow(RangeError)
    expect(() => timingWith({ ping_ms: 50_000 })).toThrow(RangeError)
    expect(timingWith({ silence_ms: 26_000 }).ping_ms).toBe(20_000)
  })
})
