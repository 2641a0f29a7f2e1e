import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import type { Client } from 'pg'
import { z } from 'zod'

import { untilHealthy } from '../../scripts/worker/health.ts'
import { killLeftovers } from '../../scripts/worker/leftovers.ts'
import { Api } from '../api.ts'
import { companiesOf } from '../bench.ts'
import { ProcessTree } from '../process-tree.ts'
import type { QueueKind, Stored } from './queue.ts'

const ROOT = join(import.meta.dirname, '../..')
const COMPANIES = 20

const Rows = z.tuple([z.object({ rows: z.int(), repeated: z.int() })])

export const runcast: QueueKind = {
  name: 'runcast',
  isInstalled: () => true,
  async start({ workplace, postgres: { client, url }, jobs }) {
    const data = join(workplace.folder, 'runcast')
    mkdirSync(data)
    const start = (name: string, script: string, args: readonly string[]) =>
      workplace.start({ name, script: join(ROOT, script), args })
    const size = [`--companies=${COMPANIES}`, `--postings=${jobs / COMPANIES}`]
    const sites = await start('the sites', 'scripts/sites.ts', ['--port=0', ...size])
    const args = [data, sites.ready, 'worker.ts', url]
    const stack = await start('the stack', 'bench/stack-process.ts', args)
    await countRepeats(client)
    const api = await Api.open(stack.ready)
    const companies = await companiesOf(sites.ready)
    const processes = new ProcessTree([stack.pid])
    return {
      name: 'runcast',
      writes: '250 jobs a statement',
      clear: async () => void (await client.query('TRUNCATE postings, job_repeats')),
      give: async () => void (await api.start(companies)),
      stored: () => readRows(client),
      // workerd has the Worker, the objects and the queues. Its keeper starts another one.
      kill: async () => {
        killLeftovers(data)
        await untilHealthy(stack.ready)
      },
      cpuSeconds: () => processes.cpuSeconds(),
    }
  },
}

/** Counts results that are written again. A plan, which marks the postings of its listing, writes no title. */
async function countRepeats(client: Client): Promise<void> {
  await client.query(`
    CREATE TABLE job_repeats (external_id text);
    CREATE FUNCTION note_repeat() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN INSERT INTO job_repeats VALUES (NEW.external_id); RETURN NULL; END';
    CREATE TRIGGER repeats AFTER UPDATE OF title ON postings
      FOR EACH ROW EXECUTE FUNCTION note_repeat()`)
}

async function readRows(client: Client): Promise<Stored> {
  const { rows } = await client.query(`
    SELECT (SELECT count(*)::int FROM postings) AS rows,
      (SELECT count(*)::int FROM job_repeats) AS repeated`)
  return Rows.parse(rows)[0]
}
