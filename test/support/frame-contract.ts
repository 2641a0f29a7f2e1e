import { expect } from 'vitest'

import type { KeptFrame } from '../../src/durable/run/store/run-store.ts'
import { begin, type Proves } from './stored-run.ts'

function frame(seq: number): KeptFrame {
  return { seq, at: 1_000 + seq, data: `{"seq":${seq}}` }
}

export function frameCases(proves: Proves): void {
  proves('W-9: has kept no frame at first', (store) => {
    begin(store)
    expect(store.lastKept()).toBe(0)
    expect(store.readFrames(0, 10)).toEqual([])
  })

  proves('W-9: keeps frames in their order, also over a restart', (store, reopen) => {
    begin(store)
    const frames = [3, 7, 8].map(frame)
    for (const one of frames) store.transaction(() => store.keepFrame(one, 10))
    expect(store.readFrames(0, 10)).toEqual(frames)
    expect(store.readFrames(3, 10)).toEqual(frames.slice(1))
    expect(store.readFrames(0, 2)).toEqual(frames.slice(0, 2))
    expect(store.readFrames(8, 10)).toEqual([])
    expect(reopen().readFrames(6, 10)).toEqual(frames.slice(1))
    expect(reopen().lastKept()).toBe(8)
  })

  proves('W-9: forgets the oldest frames beyond those it shall keep', (store) => {
    begin(store)
    const seqs = () => store.readFrames(0, 10).map(({ seq }) => seq)
    for (const seq of [2, 5, 9]) store.transaction(() => store.keepFrame(frame(seq), 3))
    expect(seqs()).toEqual([2, 5, 9])
    store.transaction(() => store.keepFrame(frame(10), 3))
    expect(seqs()).toEqual([5, 9, 10])
    store.transaction(() => store.keepFrame(frame(11), 1))
    expect(seqs()).toEqual([11])
    expect(store.lastKept()).toBe(11)
  })
}
