import { describe, expect, test } from 'vitest'

import { HandOver } from '../../src/queue/hand-over.ts'

const MB = 1024 * 1024

describe('what is handed over within an isolate', () => {
  test('is taken once', () => {
    const handOver = new HandOver()
    handOver.offer('a', ['x'], { size: 5, now: 0 })
    expect(handOver.take('a', 1)).toEqual(['x'])
    expect(handOver.take('a', 1)).toBeUndefined()
  })

  test('is refused when there is no room, and has room again once something was taken', () => {
    const handOver = new HandOver()
    handOver.offer('a', 'first', { size: 5 * MB, now: 0 })
    handOver.offer('b', 'second', { size: 5 * MB, now: 0 })
    expect(handOver.take('b', 0)).toBeUndefined()
    expect(handOver.take('a', 0)).toBe('first')
    handOver.offer('b', 'second', { size: 5 * MB, now: 0 })
    expect(handOver.take('b', 0)).toBe('second')
  })

  test('is forgotten after a minute, and leaves its room', () => {
    const handOver = new HandOver()
    handOver.offer('a', 'first', { size: 8 * MB, now: 0 })
    handOver.offer('b', 'second', { size: 8 * MB, now: 60_001 })
    expect(handOver.take('a', 60_001)).toBeUndefined()
    expect(handOver.take('b', 60_001)).toBe('second')
  })

  test('offered again under its key, it is the later one', () => {
    const handOver = new HandOver()
    handOver.offer('a', 'first', { size: 6 * MB, now: 0 })
    handOver.offer('a', 'second', { size: 6 * MB, now: 0 })
    expect(handOver.take('a', 0)).toBe('second')
  })
})
