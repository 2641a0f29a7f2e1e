import { describe, expect, it } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { addJobs, closeGroup } from '../../src/durable/run/plans.ts'
import { begin, frameOf, fresh, here, read } from '../support/frame-reader.ts'
import { seed, TestRun } from '../support/test-run.ts'
import { Client } from '../support/test-watch.ts'

describe('a job with any name', () => {
  const awkward = ['__proto__', 'constructor', '7', 'a\r\ndata: x\n\nid: 9', '\u2028']

  it('EV-8, EV-10: is listed and updated correctly', () => {
    const test = new TestRun({ flight_jobs: 100 })
    test.create('__proto__', 'b\nevent: status')
    test.grantPlan(0)
    const listed = awkward.map((text) => seed(text, text))
    test.call(addJobs, { group: 0, attempt: 1, jobs: listed })
    test.call(closeGroup, { group: 0, attempt: 1 })
    const client = new Client()
    const first = frameOf(test, fresh)
    client.write(first)
    expect(client.names()).toEqual(['status', 'groups', 'all_jobs'])
    const known = () => [...(client.state.jobs.get('__proto__')?.values() ?? [])]
    expect(known().map(({ external_id }) => external_id)).toEqual(awkward)
    expect(known().map(({ title }) => title)).toEqual(awkward)
    test.report(test.claim())
    client.write(frameOf(test, first.to))
    expect(client.names()).toEqual(['status', 'groups', 'all_jobs', 'update'])
    expect(known().map(({ status }) => status)).toEqual(awkward.map(() => 'ready'))
    expect(known().map(({ title }) => title)).toEqual(awkward)
  })
})

describe('a watcher that requested the log', () => {
  it('EV-7: gets the lines since its cursor', () => {
    const test = begin(1)
    const before = here(test)
    const known = test.store.readLines(0, 100).length
    test.call(closeGroup, {
      group: 0,
      attempt: 1,
      lines: [{ level: 'info', message: 'Found one.' }],
    })
    test.flyAll()
    const { events } = read(test, before, { log: true })
    const lines = events.flatMap((one) => (one.event === 'log' ? [one.data] : []))
    expect(lines).toEqual(test.store.readLines(known, 100))
    expect(lines[0]).toMatchObject({ message: 'Found one.', group: 'a' })
    expect(read(test, before).names).not.toContain('log')
  })

  it('EV-7: gets at most 200 in a catch-up, and the place of the others', () => {
    const test = begin(1)
    const lines = Array.from({ length: 250 }, (_, n) => ({
      level: 'info' as const,
      message: `line ${n}`,
    }))
    test.call(closeGroup, { group: 0, attempt: 1, lines })
    const { events } = read(test, fresh, { log: true })
    const data = events.flatMap((one) => (one.event === 'log' ? [one.data] : []))
    const { length } = test.store.readLines(0, 1_000)
    expect(data).toHaveLength(201)
    expect(data.at(-1)).toEqual({ dropped: length - 200, after: 200 })
  })

  it('EV-7: gets no line from after the end', () => {
    const test = begin(1)
    const before = here(test)
    test.call(abort, { by: 'alice' })
    const late = { lines: [{ level: 'info' as const, message: 'too late' }] }
    test.call(closeGroup, { group: 0, attempt: 1, ...late })
    const { events, names } = read(test, before, { log: true })
    expect(names.slice(-4)).toEqual(['log', 'all_jobs', 'complete', 'status'])
    expect(JSON.stringify(events)).not.toContain('too late')
    expect(JSON.stringify(test.store.readLines(0, 100))).toContain('too late')
  })
})
