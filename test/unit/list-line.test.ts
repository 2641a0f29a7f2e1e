import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { RunStanding } from '../../src/durable/owner/owner-rpc.ts'
import { ListLine } from '../../src/durable/run/list-line.ts'
import { TestRun } from '../support/test-run.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A line to a list that answers with `followed_ms`, or fails with an error. */
function lineTo(answer: () => number) {
  const run = new TestRun()
  run.create('a')
  const told: RunStanding[] = []
  const heard: string[] = []
  const tell = async (standing: RunStanding) => {
    told.push(standing)
    return { followed_ms: answer() }
  }
  const line = new ListLine({
    owner: () => ({ tell }),
    standing: () => run.standing(),
    told: () => heard.push('told'),
    untold: () => heard.push('untold'),
    failed: () => heard.push('failed'),
    tell_ms: 1_000,
  })
  return { line, told, heard }
}

function fail(): never {
  throw new Error('the owner’s object is away')
}

it('OWN-2: progress is told while somebody follows, at most once a second', async () => {
  const { line, told, heard } = lineTo(() => 30_000)
  line.changed()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(told).toHaveLength(0)
  await line.tell()
  expect(heard).toEqual(['told'])
  for (let i = 0; i < 20; i += 1) {
    line.changed()
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(told).toHaveLength(1 + 2)
  expect(heard).toEqual(['told'])
})

it('OWN-2: nothing is told once nobody follows any more', async () => {
  const answers = [1_000, 0]
  const { line, told } = lineTo(() => answers.shift() ?? 0)
  line.follow(5_000)
  line.changed()
  await vi.advanceTimersByTimeAsync(0)
  line.changed()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(told).toHaveLength(2)
  line.changed()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(told).toHaveLength(2)
})

it('OWN-1, OWN-2: a call that fails leaves the debt, and ends the following', async () => {
  const { line, told, heard } = lineTo(fail)
  await line.tell()
  expect(heard).toEqual(['untold'])
  line.follow(30_000)
  line.changed()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(heard).toEqual(['untold', 'failed'])
  line.changed()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(told).toHaveLength(2)
})
