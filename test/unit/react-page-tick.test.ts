import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { PageTick } from '../../src/client/react/page-tick.ts'

/** How long the components take to render a change. */
let render_ms: number
const show = vi.fn<() => void>(() => void vi.setSystemTime(Date.now() + render_ms))
let tick: PageTick

beforeEach(() => {
  vi.useFakeTimers()
  show.mockClear()
  render_ms = 40
  tick = new PageTick(show)
})

afterEach(() => void vi.useRealTimers())

it('shows a first change at once', () => {
  tick.request()
  expect(show).toHaveBeenCalledTimes(1)
})

it('shows the changes that come meanwhile together, after twice the time of the rendering', () => {
  tick.request()
  tick.request()
  tick.request()
  vi.advanceTimersByTime(79)
  tick.request()
  expect(show).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(1)
  expect(show).toHaveBeenCalledTimes(2)
})

it('shows nothing again that did not change, and the next change at once', () => {
  tick.request()
  vi.advanceTimersByTime(1_000)
  expect(show).toHaveBeenCalledTimes(1)
  expect(vi.getTimerCount()).toBe(0)
  tick.request()
  expect(show).toHaveBeenCalledTimes(2)
})

it('keeps no change back for longer than a quarter of a second', () => {
  render_ms = 5_000
  tick.request()
  tick.request()
  vi.advanceTimersByTime(249)
  expect(show).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(1)
  expect(show).toHaveBeenCalledTimes(2)
})

it('shows nothing after its end, and leaves no timer', () => {
  tick.request()
  tick.request()
  tick.end()
  tick.request()
  expect(vi.getTimerCount()).toBe(0)
  expect(show).toHaveBeenCalledTimes(1)
})
