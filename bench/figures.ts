import type { CpuSeconds } from './processes.ts'
import type { Peer, Round, Run } from './round.ts'
import { percentile, slope, spread, type Spread, sum } from './statistics.ts'

const SLOPE_RUNS = 5

/** The figures of all runs with one outcome. Rates are in postings a second. */
export type Figures = {
  readonly outcome: Run['outcome']
  readonly runs: number
  readonly rate: Spread
  readonly peer_rate: Spread
  /** Each run's rate divided by the rate of the peer that followed it. */
  readonly ratio: Spread
  readonly calls_a_posting: Spread
  readonly statements_a_posting: Spread
  readonly watcher_bytes: Spread
  readonly all_jobs_bytes: Spread
  readonly update_bytes: Spread
  readonly bytes_a_change: Spread
  /** Medians. */
  readonly cpu_s: { readonly run: CpuSeconds; readonly peer: CpuSeconds }
}

/** Groups the rounds by outcome. The first run finds only new postings, and the others only unchanged ones. */
export function figuresOf(rounds: readonly Round[], postings: number): Figures[] {
  const outcomes = new Set(rounds.map(({ run }) => run.outcome))
  return [...outcomes].map((outcome) => {
    const those = rounds.filter(({ run }) => run.outcome === outcome)
    return { outcome, runs: those.length, ...spreads(those, postings) }
  })
}

function spreads(rounds: readonly Round[], postings: number) {
  const of = (figure: (run: Run, peer: Peer) => number) =>
    spread(rounds.map(({ run, peer }) => figure(run, peer)))
  return {
    rate: of((run) => run.rate),
    peer_rate: of((_, peer) => peer.rate),
    ratio: of((run, peer) => run.rate / peer.rate),
    calls_a_posting: of((run) => sum(Object.values(run.calls)) / postings),
    statements_a_posting: of((run) => run.statements / postings),
    watcher_bytes: of((run) => run.watcher_bytes),
    all_jobs_bytes: of((run) => run.all_jobs_bytes),
    update_bytes: of((run) => run.update_bytes),
    bytes_a_change: of((run) => run.watcher_bytes / run.changes),
    cpu_s: {
      run: medians(rounds.map(({ run }) => run.cpu_s)),
      peer: medians(rounds.map(({ peer }) => peer.cpu_s)),
    },
  }
}

function medians(all: readonly CpuSeconds[]): CpuSeconds {
  const median = (part: keyof CpuSeconds) =>
    percentile(
      all.map((one) => one[part]),
      0.5,
    )
  return {
    workerd: median('workerd'),
    database: median('database'),
    endpoint: median('endpoint'),
    sites: median('sites'),
    wrangler: median('wrangler'),
    watchers: median('watchers'),
    peer: median('peer'),
  }
}

/** The memory of workerd, in MB of 2^20 bytes. */
export type MemoryFigures = {
  readonly peak_mb: number
  /** The memory after each run and its peer. */
  readonly rss_mb: readonly number[]
  /** The rise of the last values from run to run. Null if there is only one. */
  readonly slope_mb: number | null
  readonly slope_runs: number
}

export function memoryOf(rounds: readonly Round[]): MemoryFigures {
  const rss_mb = rounds.map((round) => round.rss_mb)
  const last = rss_mb.slice(-SLOPE_RUNS)
  return {
    peak_mb: Math.max(...rounds.map(({ run }) => run.peak_mb)),
    rss_mb,
    slope_mb: last.length > 1 ? slope(last) : null,
    slope_runs: last.length,
  }
}
