import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { z } from 'zod'

import type { Company } from '../../src/protocol/company.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { Api } from '../api.ts'
import { companiesOf } from '../bench.ts'
import { Billed, BILLED_PATH, billedSince } from '../cost/billed.ts'
import { countStored, openDatabase } from '../database.ts'
import { BenchFailure } from '../failure.ts'
import type { Partner } from '../partner.ts'
import { Runs } from '../runs.ts'
import type { Workplace } from '../workplace.ts'
import type { Options } from './options.ts'

const ROOT = join(import.meta.dirname, '../..')
/** The longest that a run, or its peer, may take. */
const RUN_MS = 600_000
const ASK_MS = 10_000
const POLL_MS = 100

const Traffic = z.object({ requests: z.int(), bytes: z.int() })
type Traffic = z.infer<typeof Traffic>

/** The cost of one reading of all postings. The peer has no objects and no buckets, and each of its writes is a statement. */
type Reading = Traffic & { readonly rate: number }
type RunReading = Reading & {
  readonly statements: number
  readonly object_calls: number
  readonly bucket_calls: number
}

/** A run and the peer after it, in the same round. */
export type Pair = {
  readonly outcome: 'new' | 'unchanged'
  readonly run: RunReading
  readonly peer: Reading
}

type Boards = { readonly sites: Partner; readonly companies: readonly Company[] }
type Parts = { readonly runs: Runs; readonly peer: Partner; readonly options: Options }

/** Measures, on sites of their own for each round, a run that finds all postings new and one that finds them unchanged. */
export async function measureIngest(
  workplace: Workplace,
  options: Options,
  report: (line: string) => void,
): Promise<Pair[]> {
  const boards: Boards[] = []
  for (let seed = 1; seed <= options.rounds; seed += 1) {
    const sites = await startSites(workplace, options, seed)
    boards.push({ sites, companies: await companiesOf(sites.ready) })
  }
  const { folder } = workplace
  const start = (name: string, script: string, args: readonly string[]) =>
    workplace.start({ name, script: join(ROOT, script), args })
  const origins = boards.map(({ sites }) => sites.ready).join(',')
  const args = [folder, origins, 'cost/worker/worker.ts']
  const stack = await start('the stack', 'bench/stack-process.ts', args)
  const peer = await start('the peer', 'bench/ingest/peer-process.ts', [folder, origins])
  const api = await Api.open(stack.ready)
  const runs = new Runs({ api, stack, db: openDatabase(folder), wait_ms: RUN_MS })
  const pairs: Pair[] = []
  for (const [round, board] of boards.entries()) {
    for (const outcome of ['new', 'unchanged'] as const) {
      pairs.push(await measurePair({ runs, peer, options }, board, outcome))
      report(`round ${round + 1}, ${outcome}: measured`)
    }
  }
  return pairs
}

function startSites(workplace: Workplace, options: Options, seed: number): Promise<Partner> {
  const { companies, postings, latency: latency_ms } = options
  const kinds = ['greenhouse', 'site']
  const settings = { companies, kinds, postings: postings / companies, latency_ms, seed }
  const script = join(ROOT, 'bench/ingest/sites-process.ts')
  return workplace.start({ name: 'the sites', script, args: [JSON.stringify(settings)] })
}

async function measurePair(parts: Parts, board: Boards, outcome: Pair['outcome']): Promise<Pair> {
  const run = await measureRun(parts, board, outcome)
  return { outcome, run, peer: await measurePeer(parts, board) }
}

async function measureRun(
  { runs, options }: Parts,
  { sites, companies }: Boards,
  outcome: Pair['outcome'],
): Promise<RunReading> {
  const before = await readCounters(runs, sites)
  const { run_id } = await runs.start(companies)
  const ms = await untilEnded(runs, run_id)
  await runs.untilQuiet()
  const after = await readCounters(runs, sites)
  const stored = await runs.asking(() => countStored(runs.db, run_id))
  if (stored[outcome] !== options.postings) {
    throw new BenchFailure(`of ${options.postings} postings ${JSON.stringify(stored)} are stored`)
  }
  const billed = billedSince(before.billed, after.billed)
  return {
    rate: (options.postings / ms) * 1_000,
    requests: after.requests - before.requests,
    bytes: after.bytes - before.bytes,
    statements: after.statements - before.statements,
    object_calls: billed.object_requests,
    bucket_calls: billed.bucket_reads + billed.bucket_writes,
  }
}

async function readCounters(runs: Runs, sites: Partner) {
  return {
    ...(await sites.ask('traffic', Traffic, ASK_MS)),
    billed: Billed.parse(await runs.api.read(BILLED_PATH)),
    statements: await runs.statements(),
  }
}

/** Returns the milliseconds from the run's start to its end, by its own clock. */
async function untilEnded({ api }: Runs, run_id: string): Promise<number> {
  const deadline = Date.now() + RUN_MS
  for (;;) {
    const { status, created_at, ended_at } = await api.view(run_id)
    if (isTerminalRun(status)) return Date.parse(ended_at ?? '') - Date.parse(created_at)
    if (Date.now() > deadline) throw new BenchFailure(`the run is ${status} after ${RUN_MS} ms`)
    await delay(POLL_MS)
  }
}

const PeerAnswer = z.object({ postings: z.int(), ms: z.number() })
let visits = 0

async function measurePeer(
  { peer, options }: Parts,
  { sites, companies }: Boards,
): Promise<Reading> {
  const before = await sites.ask('traffic', Traffic, ASK_MS)
  visits += 1
  const task = { run_id: `peer-${visits}`, visit: visits, companies }
  const { postings, ms } = await peer.ask(task, PeerAnswer, RUN_MS)
  if (postings !== options.postings)
    throw new BenchFailure(`the peer stored ${postings} of ${options.postings} postings`)
  const after = await sites.ask('traffic', Traffic, ASK_MS)
  return {
    rate: (postings / ms) * 1_000,
    requests: after.requests - before.requests,
    bytes: after.bytes - before.bytes,
  }
}
