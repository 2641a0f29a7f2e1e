import { expect } from 'vitest'

import type { NewLine } from '../../src/durable/run/store/run-store.ts'
import { begin, type Proves } from './stored-run.ts'

export function logCases(proves: Proves): void {
  const ts = '2026-01-01T00:00:00.000Z'
  const line = (message: string): NewLine => ({ ts, level: 'info', message })

  proves('keeps the lines of the log in their order, numbered from 1', (store, reopen) => {
    begin(store)
    const about = { ...line('b "quoted" \u2028'), group: 'g', external_id: '__proto__', since: ts }
    store.transaction(() => store.addLines([line('a'), about], { seq: 3, late: false, keep: 10 }))
    store.transaction(() => store.addLines([line('c')], { seq: 4, late: false, keep: 10 }))
    const all = [
      { ...line('a'), seq: 1 },
      { ...about, seq: 2 },
      { ...line('c'), seq: 3 },
    ]
    expect(store.readLines(0, 10)).toEqual(all)
    expect(store.readLines(1, 1)).toEqual([all[1]])
    expect(reopen().readLines(2, 10)).toEqual([all[2]])
    expect(store.readLines(3, 10)).toEqual([])
  })

  proves('returns the lines of a part of the run, without late ones', (store, reopen) => {
    begin(store)
    store.transaction(() => {
      store.addLines([line('a')], { seq: 3, late: false, keep: 10 })
      store.addLines(['b', 'c', 'd'].map(line), { seq: 4, late: false, keep: 10 })
      store.addLines([line('e')], { seq: 5, late: false, keep: 10 })
      store.addLines([line('late')], { seq: 5, late: true, keep: 10 })
    })
    const told = (seq: number, upTo: number, limit: number) => {
      const { lines, dropped } = reopen().linesSince({ seq, upTo, limit })
      return [...lines.map(({ message }) => message), dropped]
    }
    expect(told(0, 5, 9)).toEqual(['a', 'b', 'c', 'd', 'e', 0])
    expect(told(3, 4, 9)).toEqual(['b', 'c', 'd', 0])
    expect(told(3, 5, 2)).toEqual(['b', 'c', 2])
    expect(told(5, 5, 9)).toEqual([0])
  })

  proves('returns its lines with their places, and the number of the last one', (store, reopen) => {
    begin(store)
    expect([store.lastLine(), store.placedLines(0, 9)]).toEqual([0, []])
    const about = { ...line('b'), group: 'g', external_id: 'x' }
    store.transaction(() => store.addLines([line('a'), about], { seq: 3, late: false, keep: 10 }))
    store.transaction(() => store.addLines([line('c')], { seq: 7, late: true, keep: 10 }))
    const all = [
      { ...line('a'), seq: 1, as_of: 3, late: false },
      { ...about, seq: 2, as_of: 3, late: false },
      { ...line('c'), seq: 3, as_of: 7, late: true },
    ]
    expect(reopen().placedLines(0, 10)).toEqual(all)
    expect(store.placedLines(1, 1)).toEqual([all[1]])
    expect(store.lastLine()).toBe(3)
  })

  proves('drops the oldest lines, and uses no number twice', (store) => {
    begin(store)
    const lines = ['a', 'b', 'c', 'd'].map(line)
    store.transaction(() => store.addLines(lines, { seq: 3, late: false, keep: 2 }))
    store.transaction(() => store.addLines([line('e')], { seq: 4, late: false, keep: 2 }))
    expect(store.readLines(0, 10).map(({ seq, message }) => [seq, message])).toEqual([
      [4, 'd'],
      [5, 'e'],
    ])
  })
}
