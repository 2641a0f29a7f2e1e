import type { Eta, Progress, Wait } from '../../protocol/events.ts'
import type { Settings } from '../../settings.ts'
import { Frame } from '../watch/frame.ts'
import type { Run } from './run-state.ts'
import { doneJobs, jobCounts } from './tally.ts'
import { type Standstill, waitsOf } from './waits.ts'

/** Makes a run's `progress` (EV-6). The samples are kept in memory only: an object that wakes starts with none. */
export class RunProgress {
  private samples: Samples = []
  private readonly settings: Settings

  constructor(settings: Settings) {
    this.settings = settings
  }

  /** The progress now, by the samples of the earlier calls. */
  now(standstill: Standstill): Progress {
    const { run, now } = standstill
    const done = doneJobs(run.tally)
    this.samples = observe(this.samples, { at: now, done })
    return progressOf(run, this.samples, { done, waits: waitsOf(standstill, this.settings) })
  }

  /** A frame of one event, which carries no id and changes no watcher's position. */
  frame(standstill: Standstill): Frame {
    const { run } = standstill
    const data = JSON.stringify(this.now(standstill))
    const to = { kind: 'shown', shown: run.seq, listed: run.seq } as const
    const events = [{ event: 'progress', data }]
    return new Frame(events, { to, listed: false, unlisted: false, final: false })
  }
}

function progressOf(
  { tally }: Run,
  samples: Samples,
  { done, waits }: { readonly done: number; readonly waits: readonly Wait[] },
): Progress {
  const counts = jobCounts(tally)
  const eta = counts.total === 0 ? undefined : etaOf(samples, counts.total - done)
  return {
    counts,
    groups_open: tally.groups_open,
    rate: Math.round(rateOf(samples) * 10) / 10,
    ...(eta === undefined ? {} : { eta }),
    ...(waits.length === 0 ? {} : { waits: [...waits] }),
  }
}

/** How many jobs had come to their end at a time, in ms since 1970. */
type Sample = { readonly at: number; readonly done: number }

/** Samples of the last half minute, in the order of their times: they say how fast the run goes. */
export type Samples = readonly Sample[]

const WINDOW_MS = 30_000
const SLICES = 6
/** Samples over a shorter time say too little. */
const SHORTEST_MS = 1_000
/** Of a normal distribution, four fifths lie within so many standard deviations. */
const SPREAD = 1.28

/** The samples of the last half minute, and the last one before it. */
export function observe(samples: Samples, sample: Sample): Samples {
  // A retry opens jobs again: earlier samples say nothing of what follows.
  if (sample.done < (samples.at(-1)?.done ?? 0)) return [sample]
  const first = samples.findLastIndex(({ at }) => at <= sample.at - WINDOW_MS)
  return [...samples.slice(Math.max(0, first)), sample]
}

/** Jobs a second over the samples; 0 if there are too few samples. */
export function rateOf(samples: Samples): number {
  const [first, last] = [samples.at(0), samples.at(-1)]
  return first === undefined || last === undefined ? 0 : rateBetween(first, last)
}

/**
 * When the remaining jobs are done at this rate. The spread comes from how uneven the last half minute
 * was: the mean rate of its slices, and 1.28 standard errors of that mean to either side.
 */
export function etaOf(samples: Samples, remaining: number): Eta | undefined {
  const rate = rateOf(samples)
  if (remaining === 0) return { earliest_s: 0, likely_s: 0, latest_s: 0 }
  if (rate === 0) return undefined
  const rates = slices(samples)
  const off = SPREAD * standardError(rates)
  return {
    earliest_s: round(remaining / (rate + off)),
    likely_s: round(remaining / rate),
    // However uneven the rate was, the estimate stays finite.
    latest_s: round(remaining / Math.max(rate - off, rate / 4)),
  }
}

function rateBetween(first: Sample, last: Sample): number {
  const ms = last.at - first.at
  return ms < SHORTEST_MS ? 0 : ((last.done - first.done) * 1_000) / ms
}

/** The rates of equal parts of the time that the samples span. */
function slices(samples: Samples): number[] {
  const [first, last] = [samples.at(0), samples.at(-1)]
  if (first === undefined || last === undefined) return []
  const length = (last.at - first.at) / SLICES
  const edges = Array.from({ length: SLICES + 1 }, (_, i) => doneAt(samples, first.at + i * length))
  return edges.slice(1).map((done, i) => ((done - (edges[i] ?? 0)) * 1_000) / length)
}

function doneAt(samples: Samples, at: number): number {
  return samples.findLast((sample) => sample.at <= at)?.done ?? 0
}

function standardError(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return Math.sqrt(squares / Math.max(1, values.length - 1) / values.length)
}

function round(seconds: number): number {
  return seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)
}
