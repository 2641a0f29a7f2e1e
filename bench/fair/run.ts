import { readOptions as readStart } from '../../scripts/start/options.ts'
import { Stack } from '../../scripts/start/stack.ts'
import { BenchFailure } from '../failure.ts'
import { describeMachine, load } from '../machine.ts'
import { main, report } from '../main.ts'
import { postgresPrograms, startOwnPostgres } from '../queues/postgres.ts'
import type { Workplace } from '../workplace.ts'
import { serveBoards } from './boards.ts'
import { measure } from './measure.ts'
import { readOptions } from './options.ts'
import { showResult } from './table.ts'

await main({
  readOptions,
  limit_ms: 900_000,
  async run(workplace, options) {
    const before = load()
    const boards = await serveBoards()
    workplace.atEnd(boards.close)
    const database = options.postgres ? { DATABASE_URL: await ownPostgres(workplace) } : {}
    const environment = {
      ...database,
      PORT: '0',
      SITES_PORT: '0',
      RUNCAST_DATA: workplace.folder,
      RUNCAST_EGRESS_ALLOW: boards.origin,
      RUNCAST_SETTINGS: JSON.stringify({ runs_at_once: options.at_once }),
    }
    const stack = new Stack(readStart(environment), report)
    workplace.atEnd(() => stack.close())
    const { api } = await stack.start()
    const result = await measure({ api, boards: boards.origin }, options)
    console.log(showResult(describeMachine(before), result))
  },
})

async function ownPostgres(workplace: Workplace): Promise<string> {
  const programs = postgresPrograms()
  if (programs === undefined) throw new BenchFailure('there is no Postgres to start')
  return (await startOwnPostgres(workplace, programs)).url
}
