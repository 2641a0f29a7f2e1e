import type { Noun } from '../../src/protocol/pipelines.ts'
import type { ShownStatus } from '../../src/protocol/run-problems.ts'
import { CommonJobStatus, type JobStatus } from '../../src/protocol/status.ts'

const numbers = new Intl.NumberFormat()
const clocks = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

export function count(value: number): string {
  return numbers.format(value)
}

/** Formats a count with its noun. A noun that is given as text gets an "s" in the plural. */
export function countOf(value: number, noun: string | Noun): string {
  const { one, many } = typeof noun === 'string' ? { one: noun, many: `${noun}s` } : noun
  return `${numbers.format(value)} ${value === 1 ? one : many}`
}

/** Writes a word with a capital letter, for the beginning of a sentence. */
export function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
}

/** Formats an ISO 8601 time in the person's time zone and language. */
export function moment(time: string): string {
  return moments.format(new Date(time))
}

/** Formats the time of day of an ISO 8601 time. */
export function clock(time: string): string {
  return clocks.format(new Date(time))
}

/** Formats a number of milliseconds for a person. */
export function duration(ms: number): string {
  const seconds = ms / 1_000
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`
  if (seconds < 60) return `${Math.floor(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

export type Tone = 'pending' | 'working' | 'ready' | 'problems' | 'failed' | 'skipped' | 'aborted'

export const runTones: Record<ShownStatus, Tone> = {
  pending: 'pending',
  initializing: 'working',
  ingesting: 'working',
  finished: 'ready',
  finished_with_problems: 'problems',
  error: 'failed',
  aborted: 'aborted',
}

/** The tone of a job's status. A job in any step of its pipeline is at work. */
export function jobTone(status: JobStatus): Tone {
  const common = CommonJobStatus.safeParse(status).data
  return common ?? 'working'
}
