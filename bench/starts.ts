import type { Bench } from './bench.ts'
import { percentile } from './statistics.ts'

type Latency = { readonly p50_ms: number; readonly p99_ms: number }
type Pair = { readonly start_ms: number; readonly health_ms: number }

/** `ratio` is the latency of a start divided by that of its peer, a request that the Worker answers at once. */
export type Starts = {
  readonly starts: number
  readonly start: Latency
  readonly health: Latency
  readonly ratio: { readonly p50: number; readonly p99: number }
}

/** Starts runs one after the other. Pairs each start with its peer; either goes first in turn. */
export async function measureStarts(bench: Bench, starts: number): Promise<Starts> {
  const pairs: Pair[] = []
  for (let index = 0; index < starts; index++) {
    pairs.push(await measurePair(bench, index % 2 === 0))
  }
  const start = latency(pairs.map(({ start_ms }) => start_ms))
  const health = latency(pairs.map(({ health_ms }) => health_ms))
  const ratio = { p50: start.p50_ms / health.p50_ms, p99: start.p99_ms / health.p99_ms }
  return { starts, start, health, ratio }
}

async function measurePair({ runs, boards }: Bench, startFirst: boolean): Promise<Pair> {
  const health = () => timed(() => runs.api.health())
  const early_ms = startFirst ? 0 : await health()
  const start_ms = await timed(() => runs.start(boards.small))
  return { start_ms, health_ms: startFirst ? await health() : early_ms }
}

function latency(times: readonly number[]): Latency {
  return { p50_ms: percentile(times, 0.5), p99_ms: percentile(times, 0.99) }
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await action()
  return performance.now() - began
}
