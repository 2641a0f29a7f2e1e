import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { applyMigrations } from '../../scripts/database/migrations.ts'
import { startNeonEndpoint } from '../../scripts/neon-endpoint.ts'
import { databaseChild, databaseUrl } from '../../scripts/start/children.ts'
import { connect, type Database } from '../../src/db/connect.ts'
import type { Workplace } from '../workplace.ts'

/** A statement that loads many chunks takes long. */
const STATEMENT_MS = 600_000

/** Starts an embedded database, and connects to it in the same way as the Worker. */
export async function startDatabase(place: Workplace, name: string): Promise<Database> {
  const data = join(place.folder, name)
  mkdirSync(data)
  const child = databaseChild({ data }, (line) => void process.stderr.write(`${line}\n`))
  place.atEnd(() => child.stop())
  const url = databaseUrl(await child.start())
  await applyMigrations(url)
  const endpoint = await startNeonEndpoint({ database_url: url, connections: 1 })
  place.atEnd(() => endpoint.close())
  return connect({ url, endpoint: endpoint.url, statement_ms: STATEMENT_MS })
}
