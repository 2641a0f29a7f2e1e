import { join } from 'node:path'

import { z } from 'zod'

import type { Database } from '../../src/db/connect.ts'
import type { Company } from '../../src/protocol/company.ts'
import { Api } from '../api.ts'
import { companiesOf } from '../bench.ts'
import { openDatabase } from '../database.ts'
import { cpuSeconds, cpuSince } from '../processes.ts'
import { Runs } from '../runs.ts'
import { watch } from '../watch.ts'
import type { Workplace } from '../workplace.ts'
import { type BillLine, billOf } from './bill.ts'
import { BILLED_PATH, Billed, billedSince } from './billed.ts'
import type { Options } from './options.ts'
import { type Prices, readPrices } from './prices.ts'

const ROOT = join(import.meta.dirname, '../..')
/** The longest that a run may take to its end. */
const RUN_MS = 3_600_000

/** The costs of one run: its bill, the number of its statements, and the bytes that they wrote to Postgres' log. */
export type Cost = {
  readonly name: string
  readonly bill: readonly BillLine[]
  readonly statements: number
  readonly wal_bytes: number
}

type Measurement = {
  readonly runs: Runs
  readonly db: Database
  readonly prices: Prices
  readonly options: Options
}

/** Measures a run that finds all postings new, one that finds them unchanged, and the same with a page a posting. */
export async function measureCosts(
  workplace: Workplace,
  options: Options,
  report: (line: string) => void,
): Promise<Cost[]> {
  const { folder } = workplace
  const start = (name: string, script: string, args: readonly string[]) =>
    workplace.start({ name, script: join(ROOT, script), args })
  const startSites = (kind: string) => {
    const { companies, postings } = options
    const size = [`--companies=${companies}`, `--postings=${postings / companies}`]
    return start(`the sites (${kind})`, 'scripts/sites.ts', [
      '--port=0',
      `--kinds=${kind}`,
      ...size,
    ])
  }
  const listed = await startSites('greenhouse')
  const crawled = await startSites('site')
  const args = [folder, `${listed.ready},${crawled.ready}`, 'cost/worker/worker.ts']
  const stack = await start('the stack', 'bench/stack-process.ts', args)
  const db = openDatabase(folder)
  const runs = new Runs({ api: await Api.open(stack.ready), stack, db, wait_ms: RUN_MS })
  const measurement = { runs, db, prices: readPrices(), options }
  const costs: Cost[] = []
  for (const [kind, sites] of [['listed', listed] as const, ['crawled', crawled] as const]) {
    const companies = await companiesOf(sites.ready)
    for (const outcome of ['new', 'unchanged']) {
      costs.push(await measureCost(measurement, `${kind}, ${outcome}`, companies))
      report(`${kind}, ${outcome}: measured`)
    }
  }
  return costs
}

async function measureCost(
  { runs, db, prices, options }: Measurement,
  name: string,
  companies: readonly Company[],
): Promise<Cost> {
  const before = await readCounters(runs, db)
  const cpu_before = cpuSeconds()
  const { watch: at } = await runs.start(companies)
  const signal = AbortSignal.timeout(RUN_MS)
  const streams = Array.from({ length: options.watchers }, () => watch(runs.api, at.stream, signal))
  await Promise.all(streams)
  await runs.untilQuiet()
  const { workerd } = cpuSince(cpu_before)
  const after = await readCounters(runs, db)
  const billed = billedSince(before.billed, after.billed)
  return {
    name,
    bill: billOf({ billed, cpu_s: workerd, awake_s: options.watched }, prices),
    statements: after.statements - before.statements,
    wal_bytes: after.wal_bytes - before.wal_bytes,
  }
}

async function readCounters(runs: Runs, db: Database) {
  const wal_bytes = await runs.asking(() => readWal(db))
  return {
    wal_bytes,
    billed: Billed.parse(await runs.api.read(BILLED_PATH)),
    statements: await runs.statements(),
  }
}

const Wal = z.tuple([z.object({ bytes: z.coerce.number() })])

/** The length of Postgres' write-ahead log since the database was made, in bytes. */
async function readWal(db: Database): Promise<number> {
  const rows = await db.query("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS bytes", [])
  return Wal.parse(rows)[0].bytes
}
