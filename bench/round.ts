import { z } from 'zod'

import type { Bench } from './bench.ts'
import { countStored } from './database.ts'
import { BenchFailure } from './failure.ts'
import { load } from './machine.ts'
import type { Options } from './options.ts'
import type { ProcessTree } from './process-tree.ts'
import { type CpuSeconds, cpuSeconds, cpuSince } from './processes.ts'
import { RUN_MS } from './runs.ts'
import { mean } from './statistics.ts'
import { watch, type Watched } from './watch.ts'

type Size = Pick<Options, 'postings' | 'watchers'>

/** The measurements of one run. Times are in milliseconds, processor time is in seconds. */
export type Run = {
  readonly outcome: 'new' | 'unchanged'
  /** The time from the run's `created_at` to its `ended_at`. */
  readonly ms: number
  /** The number of postings for each second of that time. */
  readonly rate: number
  /** The calls of the run's object by name, up to the last checkpoint. */
  readonly calls: Readonly<Record<string, number>>
  readonly statements: number
  readonly changes: number
  /** The bytes of an average watcher: all bytes, and the data of some events. */
  readonly watcher_bytes: number
  readonly all_jobs_bytes: number
  readonly update_bytes: number
  readonly peak_mb: number
  readonly cpu_s: CpuSeconds
}

/** The time of a script without runs for the same postings. */
export type Peer = { readonly ms: number; readonly rate: number; readonly cpu_s: CpuSeconds }

/** A run and the peer after it. `rss_mb` is the memory of workerd after both. */
export type Round = {
  readonly run: Run
  readonly peer: Peer
  readonly rss_mb: number
  readonly load: number
}

export async function measureRound(
  bench: Bench,
  worker: ProcessTree,
  size: Size & { readonly visit: number },
): Promise<Round> {
  const load_before = load()
  const run = await measureRun(bench, worker, size)
  const peer = await measurePeer(bench, size)
  return { run, peer, rss_mb: worker.memory().rss_mb, load: load_before }
}

export async function measureRun(bench: Bench, worker: ProcessTree, size: Size): Promise<Run> {
  const { runs } = bench
  worker.resetPeak()
  const before = { cpu: cpuSeconds(), statements: await runs.statements() }
  const { run_id, watched } = await watchRun(bench, size.watchers)
  await runs.untilQuiet()
  const cpu_s = cpuSince(before.cpu)
  const statements = (await runs.statements()) - before.statements
  const { calls, changes } = await runs.api.counts(run_id)
  const ms = await durationOf(bench, run_id)
  return {
    outcome: await checkStored(bench, run_id, size.postings),
    ms,
    rate: (size.postings / ms) * 1_000,
    calls,
    statements,
    changes,
    watcher_bytes: mean(watched.map(({ bytes }) => bytes)),
    all_jobs_bytes: mean(watched.map(({ data_bytes }) => data_bytes['all_jobs'] ?? 0)),
    update_bytes: mean(watched.map(({ data_bytes }) => data_bytes['update'] ?? 0)),
    peak_mb: worker.memory().peak_mb,
    cpu_s,
  }
}

/** Starts a run, and follows it with all watchers to its end. */
async function watchRun({ runs, boards }: Bench, watchers: number) {
  const { run_id, watch: at } = await runs.start(boards.all)
  const signal = AbortSignal.timeout(RUN_MS)
  const streams = Array.from({ length: watchers }, () => watch(runs.api, at.stream, signal))
  const watched: Watched[] = await Promise.all(streams)
  return { run_id, watched }
}

async function durationOf({ runs }: Bench, run_id: string): Promise<number> {
  const { created_at, ended_at } = await runs.api.view(run_id)
  return Date.parse(ended_at ?? '') - Date.parse(created_at)
}

/** Checks that Postgres has every posting as written by this run, all with the same outcome. */
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
  { postings, visit }: { readonly postings: number; readonly visit: number },
): Promise<Peer> {
  const before = cpuSeconds()
  const task = { run_id: `peer-${visit}`, visit, companies: boards.all }
  const answer = await peer.ask(task, PeerAnswer, RUN_MS)
  if (answer.postings !== postings)
    throw new BenchFailure(`the peer stored ${answer.postings} of ${postings} postings`)
  const { ms } = answer
  return { ms, rate: (postings / ms) * 1_000, cpu_s: cpuSince(before) }
}
