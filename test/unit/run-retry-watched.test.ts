import { describe, expect, it } from 'vitest'

import { report } from '../../src/durable/run/flights.ts'
import { observe, rateOf } from '../../src/durable/run/progress.ts'
import { retry } from '../../src/durable/run/retry.ts'
import { positionOf } from '../../src/durable/watch/position.ts'
import { read } from '../support/frame-reader.ts'
import { all, finished } from '../support/retried-run.ts'

describe('a watcher after a retry', () => {
  it('RUN-1, W-4: with the cursor of the end gets the new status and the reopened jobs', () => {
    const test = finished()
    const end = `epoch.${test.run.seq}`
    test.call(retry, all)
    const { events } = read(test, positionOf(test.run, end), { lean: true })
    expect(events).toEqual([
      { event: 'status', data: 'ingesting' },
      { event: 'update', data: { a: { '0-1': 'pending' } }, id: `epoch.${test.run.seq}` },
    ])
    const others = read(test, positionOf(test.run, end))
    expect(others.names).toEqual(['status', 'all_jobs'])
    test.flyAll()
    const over = read(test, positionOf(test.run, end), { lean: true })
    expect(over.names).toEqual(['update', 'complete', 'status'])
  })

  it('EV-7: gets the retry in the log of its stream, but no line from between the rounds', () => {
    const test = finished()
    const late = { flight: 99, grant: 1, rows: [], last: true }
    test.call(report, { ...late, lines: [{ level: 'info', message: 'Late.' }] })
    const end = positionOf(test.run, `epoch.${test.run.seq}`)
    test.call(retry, all)
    const logs = read(test, end, { lean: true, log: true }).events.filter((e) => e.event === 'log')
    expect(logs.map(({ data }) => Reflect.get(Object(data), 'message'))).toEqual([
      'Round 2 begins: a retry opens 1 job again.',
      'The run is ingesting.',
    ])
  })

  it('EV-6: gets the rate of the jobs that end from then on', () => {
    const ended = observe(observe([], { at: 1_000, done: 0 }), { at: 6_000, done: 100 })
    const opened = observe(ended, { at: 8_000, done: 40 })
    expect(rateOf(opened)).toBe(0)
    expect(rateOf(observe(opened, { at: 10_000, done: 50 }))).toBe(5)
  })
})
