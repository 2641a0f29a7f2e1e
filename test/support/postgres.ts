import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Client } from 'pg'
import type { TestProject } from 'vitest/node'

import { applyMigrations } from '../../scripts/database/migrations.ts'
import { startNeonEndpoint } from '../../scripts/neon-endpoint.ts'
import { databaseChild, databaseUrl } from '../../scripts/start/children.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { readonly url: string; readonly endpoint: string }
  }
}

const SERVER = process.env['TEST_DATABASE_URL']

type Server = { readonly url: string; readonly stop: () => Promise<void> }

/**
 * Starts a migrated database behind Neon's HTTP protocol, for the duration of the suite. It is the embedded
 * one in a process of its own, or a new database on the server that TEST_DATABASE_URL names.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // PGlite's socket mixes statements of other connections into a transaction, so there is only one
  // connection.
  const { url, endpoint, stop } = await startPostgres(SERVER === undefined ? 1 : 10)
  project.provide('postgres', { url, endpoint })
  return stop
}

/** Starts a database of its own for one test, with so many connections of its endpoint. */
export async function startPostgres(connections: number) {
  const { url, stop } = SERVER === undefined ? await startEmbedded() : await makeDatabase(SERVER)
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

async function startEmbedded(): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), 'runcast-postgres-'))
  const child = databaseChild({ data }, (line) => void process.stderr.write(`${line}\n`))
  return {
    url: databaseUrl(await child.start()),
    stop: async () => {
      await child.stop()
      rmSync(data, { recursive: true, force: true })
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
