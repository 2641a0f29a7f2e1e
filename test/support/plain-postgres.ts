import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

import { applyMigrations } from '../../scripts/database/migrations.ts'
import { startNeonEndpoint } from '../../scripts/neon-endpoint.ts'

/** Starts a migrated database in memory without pgvector, behind Neon's HTTP protocol. */
export async function startPlainPostgres() {
  const database = await PGlite.create()
  const server = new PGLiteSocketServer({ db: database, port: 0, maxConnections: 5 })
  await server.start()
  const url = `postgres://postgres@${server.getServerConn()}/postgres`
  await applyMigrations(url)
  const endpoint = await startNeonEndpoint({ database_url: url, connections: 1 })
  return {
    url,
    endpoint: endpoint.url,
    stop: async () => {
      await endpoint.close()
      await server.stop()
      await database.close()
    },
  }
}
