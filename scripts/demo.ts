import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { z } from 'zod'

import { Company } from '../src/protocol/company.ts'
import { RunEvent } from '../src/protocol/events.ts'
import { fold, unwatched } from '../src/protocol/fold.ts'
import { Client } from './demo/client.ts'
import { follow, type Said } from './demo/follow.ts'
import { Screen } from './demo/screen.ts'
import { summaryOf } from './demo/summary.ts'
import { Ending } from './start/ending.ts'
import { explain } from './start/failure.ts'
import { readOptions } from './start/options.ts'
import { type Addresses, Stack } from './start/stack.ts'

/** Starts one ingestion over the sample sites and shows it to its end; answers its status. */
async function ingest({ api, sites }: Addresses, json: boolean): Promise<string> {
  const companies = z.array(Company).parse(await (await fetch(`${sites}/companies.json`)).json())
  const client = await Client.connect(api)
  const { run_id, watch } = await client.startIngestion(companies)
  const events = follow((cursor) => client.openStream(watch.stream, cursor))
  if (json) {
    for await (const said of events) console.log(JSON.stringify(said))
  } else
    await showAll(
      events,
      new Screen(
        process.stdout,
        companies.map(({ slug }) => slug),
      ),
    )
  const run = await client.readRun(run_id)
  if (!json) console.log(summaryOf(run))
  return run.status
}

async function showAll(events: AsyncIterable<Said>, screen: Screen): Promise<void> {
  let run = unwatched
  for await (const said of events) {
    const event = RunEvent.safeParse(said)
    if (event.success) screen.show((run = fold(run, event.data)))
  }
  screen.flush()
}

const { json } = parseArgs({ options: { json: { type: 'boolean', default: false } } }).values
const data = mkdtempSync(join(tmpdir(), 'runcast-demo-'))
// The whole run takes seconds, so what is found is listed sooner than it usually is.
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
