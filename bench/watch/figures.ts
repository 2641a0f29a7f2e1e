import { spread, type Spread } from '../statistics.ts'
import { type ContenderName, contenders } from './contender.ts'
import type { Measured } from './measure.ts'
import { steps } from './workload.ts'

/** The figures of one server with one number of watchers, over all rounds. */
export type Figures = {
  readonly name: ContenderName
  readonly watchers: number
  readonly cpu_s: Spread
  readonly connect_cpu_s: Spread
  readonly bytes: Spread
  /** All bytes after the listing, divided by the number of changes. */
  readonly bytes_a_change: Spread
  /** The bytes of the data of `update` events only. */
  readonly update_bytes_a_change: Spread
  readonly pieces: Spread
  readonly p50_ms: Spread
  readonly p99_ms: Spread
  readonly told_p99_ms: Spread
  readonly final_ms: Spread
  readonly peak_mb: Spread
  readonly added_mb: Spread
  readonly watchers_cpu_s: Spread
  /** The number of watchers in all rounds that did not have the true state at the end. */
  readonly wrong: number
}

export function figuresOf(measured: readonly Measured[], jobs: number): Figures[] {
  const sizes = [...new Set(measured.map(({ watchers }) => watchers))]
  return sizes.flatMap((watchers) =>
    contenders.flatMap((name) => {
      const those = measured.filter((one) => one.name === name && one.watchers === watchers)
      return those.length === 0 ? [] : { name, watchers, ...spreads(those, jobs * steps.length) }
    }),
  )
}

function spreads(rounds: readonly Measured[], changes: number) {
  const of = (figure: (one: Measured) => number) => spread(rounds.map(figure))
  return {
    cpu_s: of((one) => one.cpu_s),
    connect_cpu_s: of((one) => one.connect_cpu_s),
    bytes: of((one) => one.bytes),
    bytes_a_change: of((one) => one.bytes_after_listing / changes),
    update_bytes_a_change: of((one) => (one.data_bytes['update'] ?? 0) / changes),
    pieces: of((one) => one.pieces),
    p50_ms: of((one) => one.staleness?.p50 ?? NaN),
    p99_ms: of((one) => one.staleness?.p99 ?? NaN),
    told_p99_ms: of((one) => one.staleness_told?.p99 ?? NaN),
    final_ms: of((one) => one.final_ms),
    peak_mb: of((one) => one.peak_mb),
    added_mb: of((one) => one.peak_mb - one.idle_mb),
    watchers_cpu_s: of((one) => one.watchers_cpu_s),
    wrong: rounds.reduce((wrong, one) => wrong + one.watchers - one.right, 0),
  }
}
