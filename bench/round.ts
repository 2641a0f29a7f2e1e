import { loadavg } from 'node:os'

import { z } from 'zod'

import { type Bench } from './bench.ts'
import { since } from './counts.ts'
import { countStored } from './database.ts'
import { BenchFailure } from './failure.ts'
import type { Options } from './options.ts'
import type { CpuSeconds, Family } from './processes.ts'
import { type Costs, RUN_MS } from './runs.ts'
import { sum } from './statistics.ts'
import { watch, type Watched } from './watch.ts'

type Size = Pick<Options, 'postings' | 'watchers'>

/** One run, measured. Times in milliseconds, processor time in seconds. */
export type Run = {
  readonly outcome: 'new' | 'unchanged'
  /** From the run's `created_at` to its `ended_at`. */
  readonly ms: number
  /** Postings a second in that time. */
  readonly rate: number
  /** Calls of the run's object by name, up to its last checkpoint. */
  readonly calls: Readonly<Record<string, number>>
  readonly statements: number
  readonly changes: number
  readonly watcher_bytes: number
  /** Of one watcher, by the event's name: the data alone, without what frames it. */
  readonly event_bytes: Readonly<Record<string, number>>
  readonly peak_mb: number
  readonly cpu_s: CpuSeconds
}

/** The same postings by a script without runs. */
export type Peer = { readonly ms: number; readonly rate: number; readonly cpu_s: CpuSeconds }

/** A run, then its peer; `rss_mb` is what workerd holds after both. */
export type Round = {
  readonly run: Run
  readonly peer: Peer
  readonly rss_mb: number
  readonly load: number
}

export async function measureRound(
  bench: Bench,
  family: Family,
  size: Size & { readonly visit: number },
): Promise<Round> {
  const load = loadavg()[0] ?? NaN
  const run = await measureRun(bench, family, size)
  const peer = await measurePeer(bench, family, size)
  return { run, peer, rss_mb: family.memory().rss_mb, load }
}

export async function measureRun(bench: Bench, family: Family, size: Size): Promise<Run> {
  const { runs } = bench
  family.resetPeak()
  const before = { cpu: family.cpu(), costs: await runs.costs() }
  const { run_id, watched } = await watchRun(bench, size.watchers)
  await runs.untilQuiet()
  const cpu_s = family.cpuSince(before.cpu)
  const costs = await runs.costs()
  const ms = await durationOf(bench, run_id)
  return {
    outcome: await checkStored(bench, run_id, size.postings),
    ms,
    rate: (size.postings / ms) * 1_000,
    ...costsBetween(before.costs, costs),
    watcher_bytes: sum(watched.map(({ bytes }) => bytes)) / watched.length,
    event_bytes: watched[0]?.data_bytes ?? {},
    peak_mb: family.memory().peak_mb,
    cpu_s,
  }
}

/** Starts a run and follows it with all watchers to its end. */
async function watchRun({ runs, boards }: Bench, watchers: number) {
  const { run_id, watch: at } = await runs.start(boards.all)
  const signal = AbortSignal.timeout(RUN_MS)
  const streams = Array.from({ length: watchers }, () => watch(runs.api, at.stream, signal))
  const watched: Watched[] = await Promise.all(streams)
  return { run_id, watched }
}

function costsBetween(before: Costs, after: Costs) {
  return { ...since(before, after), statements: after.statements - before.statements }
}

async function durationOf({ runs }: Bench, run_id: string): Promise<number> {
  const { created_at, ended_at } = await runs.api.view(run_id)
  return Date.parse(ended_at ?? '') - Date.parse(created_at)
}

/** Every posting is in Postgres, as this run's, and has the same outcome. */
async function checkStored(
  { runs }: Bench,
  run_id: string,
  postings: number,
): Promise<Run['outcome']> {
  const stored = await countStored(runs.db, run_id)
  if (stored.postings === postings && stored.new === postings) return 'new'
  if (stored.postings === postings && stored.unchanged === postings) return 'unchanged'
  throw new BenchFailure(`of ${postings} postings Postgres holds ${JSON.stringify(stored)}`)
}

const PeerAnswer = z.object({ postings: z.int(), ms: z.number() })

async function measurePeer(
  { peer, boards }: Bench,
  family: Family,
  { postings, visit }: { readonly postings: number; readonly visit: number },
): Promise<Peer> {
  const before = family.cpu()
  const task = { run_id: `peer-${visit}`, visit, companies: boards.all }
  const answer = await peer.ask(task, PeerAnswer, RUN_MS)
  if (answer.postings !== postings)
    throw new BenchFailure(`the peer stored ${answer.postings} of ${postings} postings`)
  const { ms } = answer
  return { ms, rate: (postings / ms) * 1_000, cpu_s: family.cpuSince(before) }
}
