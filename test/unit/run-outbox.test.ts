import { describe, expect, it } from 'vitest'

import { claim } from '../../src/durable/run/flights.ts'
import { sentRun as begin } from '../support/sent-run.ts'

describe('the outbox', () => {
  it('Q-2: keeps an entry until its effect is confirmed', () => {
    const test = begin(2)
    const [sent] = test.take('flight')
    expect(test.entries('flight')).toMatchObject([{ id: sent?.id, state: 'sent' }])
    const claimed = { ...test.call(claim, { flight: sent?.id ?? 0 }), flight: sent?.id ?? 0 }
    if (claimed.kind !== 'granted') throw new Error('refused')
    expect(test.entries('flight')).toMatchObject([{ id: sent?.id, state: 'leased' }])
    test.report(claimed)
    expect(test.entries('flight')).toEqual([])
  })

  it('Q-2: sends an entry again that could not be sent, also after a restart', () => {
    const test = begin(2, { settings: { backoff_ms: 70, unclaimed_ms: 60_000 } })
    const unsent = test.take('flight')
    test.postpone(unsent)
    expect(test.mail).toEqual([])
    test.restart()
    test.pass(70)
    expect(test.take('flight').map(({ id }) => id)).toEqual(unsent.map(({ id }) => id))
    test.restart()
    test.pass(60_000)
    expect(test.take('flight').map(({ id }) => id)).toEqual(unsent.map(({ id }) => id))
  })

  it('Q-2: does not send an entry again that was claimed nevertheless', () => {
    const test = begin(2)
    const [sent] = test.take('flight')
    test.call(claim, { flight: sent?.id ?? 0 })
    test.postpone(sent === undefined ? [] : [sent])
    expect(test.entries('flight')).toMatchObject([{ state: 'leased' }])
  })
})
