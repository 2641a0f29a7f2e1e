import { randomUUID } from 'node:crypto'

import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'

import { applyMigrations } from '../../scripts/database/migrations.ts'
import { startNeonEndpoint } from '../../scripts/neon-endpoint.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { readonly url: string; readonly endpoint: string }
  }
}

const SERVER = process.env['TEST_DATABASE_URL']

type Server = { readonly url: string; readonly stop: () => Promise<void> }

/**
 * A migrated database behind Neon's HTTP protocol, for as long as the suite runs: PGlite in
 * memory, or a new database on the server that TEST_DATABASE_URL names.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Beside a transaction, PGlite's socket mixes up the statements of other connections.
  const { url, endpoint, stop } = await startPostgres(SERVER === undefined ? 1 : 10)
  project.provide('postgres', { url, endpoint })
  return stop
}

/** The same for one test alone, which its endpoint reaches over so many connections. */
export async function startPostgres(connections: number) {
  const { url, stop } = SERVER === undefined ? await startPglite() : await makeDatabase(SERVER)
  await applyMigrations(url)
  const endpoint = await startNeonEndpoint({ database_url: url, connections })
  return {
    url,
    endpoint: endpoint.url,
    stop: async () => {
      await endpoint.close()
      await stop()
    },
  }
}

async function startPglite(): Promise<Server> {
  const db = await PGlite.create()
  const server = new PGLiteSocketServer({ db, port: 0, maxConnections: 20 })
  await server.start()
  return {
    url: `postgres://postgres@${server.getServerConn()}/postgres`,
    stop: async () => {
      await server.stop()
      await db.close()
    },
  }
}

async function makeDatabase(server: string): Promise<Server> {
  const name = `runcast_test_${randomUUID().replaceAll('-', '')}`
  await run(server, `CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = name
  return {
    url: url.href,
    stop: () => run(server, `DROP DATABASE ${name} WITH (FORCE)`),
  }
}

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
