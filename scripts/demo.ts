import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { z } from 'zod'

import type { RunWatch } from '../src/client/client.ts'
import { Company } from '../src/protocol/company.ts'
import { readCommandLine } from './command-line.ts'
import { Client } from './demo/client.ts'
import { Screen } from './demo/screen.ts'
import { summaryOf } from './demo/summary.ts'
import { Ending } from './start/ending.ts'
import { explain } from './start/failure.ts'
import { readOptions } from './start/options.ts'
import { type Addresses, Stack } from './start/stack.ts'

const USAGE = `npm run demo -- [options]

Starts Runcast on free ports and in a folder of its own, reads the postings of the sample career sites
in one run, shows that run live, and ends Runcast again. The exit code is 0 if the run has finished,
also with problems.

  --json   one event a line (NDJSON), for a program; npm run -s keeps npm's own lines away
  --help   this text
`

/** Starts one ingestion over the sample sites and shows it until it ends. Returns the run's status. */
async function ingest({ api, sites }: Addresses, json: boolean): Promise<string> {
  const companies = z.array(Company).parse(await (await fetch(`${sites}/companies.json`)).json())
  const client = await Client.connect(api)
  const { run_id } = await client.startIngestion(companies)
  const watch = client.watch(run_id)
  await (json ? printAll(watch) : showAll(watch, new Screen(process.stdout, companies)))
  const { connection } = watch.state
  if (connection.status === 'failed')
    throw new Error('the run cannot be followed', { cause: connection.error })
  const run = await client.readRun(run_id)
  if (!json) console.log(summaryOf(run))
  return run.status
}

async function printAll(watch: RunWatch): Promise<void> {
  for await (const event of watch.events()) console.log(JSON.stringify(event))
}

async function showAll(watch: RunWatch, screen: Screen): Promise<void> {
  for await (const { run } of watch) screen.show(run)
  screen.flush()
}

const { json } = readCommandLine({
  usage: USAGE,
  options: { json: { type: 'boolean', default: false } },
})
const data = mkdtempSync(join(tmpdir(), 'runcast-demo-'))
// The whole run takes seconds, so the object sends its job list more often than by default.
const RUNCAST_SETTINGS = JSON.stringify({ relist_ms: 250 })
const options = readOptions({ RUNCAST_DATA: data, PORT: '0', SITES_PORT: '0', RUNCAST_SETTINGS })
const stack = new Stack(options, (line) => console.error(`runcast: ${line}`))
const ending = new Ending(async () => {
  await stack.close()
  rmSync(data, { recursive: true, force: true })
})
try {
  if (!json) console.log('Starting Runcast in a folder of its own …')
  const status = await ingest(await stack.start(), json)
  await ending.end(status === 'finished' ? 0 : 1)
} catch (error) {
  if (!ending.begun) {
    console.error(`runcast: ${explain(error)}`)
    await ending.end(1)
  }
}
