import type { Eta } from '../../../protocol/events.ts'

/** How many jobs had come to their end at a time, in ms since 1970. */
type Sample = { readonly at: number; readonly done: number }

/** How fast it went of late: samples in the order of their times. */
export type Pace = readonly Sample[]

const WINDOW_MS = 30_000
const SLICES = 6
/** Below this there is too little to go by. */
const SHORTEST_MS = 1_000
/** Of a normal distribution, four fifths lie within so many standard deviations. */
const SPREAD = 1.28

/** The samples of the last half minute, and the last one before it. */
export function observe(pace: Pace, sample: Sample): Pace {
  // A retry opens jobs again: how it went until then says nothing of that.
  if (sample.done < (pace.at(-1)?.done ?? 0)) return [sample]
  const first = pace.findLastIndex(({ at }) => at <= sample.at - WINDOW_MS)
  return [...pace.slice(Math.max(0, first)), sample]
}

/** Jobs a second over the samples; 0 where nothing can be said. */
export function rateOf(pace: Pace): number {
  const [first, last] = [pace.at(0), pace.at(-1)]
  return first === undefined || last === undefined ? 0 : rateBetween(first, last)
}

/**
 * When what remains is done if it goes on so. The spread comes from how uneven the last half minute
 * was: the mean rate of its slices, and 1.28 standard errors of that mean to either side.
 */
export function etaOf(pace: Pace, remaining: number): Eta | undefined {
  const rate = rateOf(pace)
  if (remaining === 0) return { earliest_s: 0, likely_s: 0, latest_s: 0 }
  if (rate === 0) return undefined
  const rates = slices(pace)
  const off = SPREAD * standardError(rates)
  return {
    earliest_s: round(remaining / (rate + off)),
    likely_s: round(remaining / rate),
    // However uneven it was, it is not said to take for ever.
    latest_s: round(remaining / Math.max(rate - off, rate / 4)),
  }
}

function rateBetween(first: Sample, last: Sample): number {
  const ms = last.at - first.at
  return ms < SHORTEST_MS ? 0 : ((last.done - first.done) * 1_000) / ms
}

/** The rates of equal parts of the time that the samples span. */
function slices(pace: Pace): number[] {
  const [first, last] = [pace.at(0), pace.at(-1)]
  if (first === undefined || last === undefined) return []
  const length = (last.at - first.at) / SLICES
  const edges = Array.from({ length: SLICES + 1 }, (_, i) => doneAt(pace, first.at + i * length))
  return edges.slice(1).map((done, i) => ((done - (edges[i] ?? 0)) * 1_000) / length)
}

function doneAt(pace: Pace, at: number): number {
  return pace.findLast((sample) => sample.at <= at)?.done ?? 0
}

function standardError(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return Math.sqrt(squares / Math.max(1, values.length - 1) / values.length)
}

function round(seconds: number): number {
  return seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)
}
