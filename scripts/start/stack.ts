import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { applyMigrations } from '../database/migrations.ts'
import { startNeonEndpoint } from '../neon-endpoint.ts'
import { buildWorker, layOutWorker } from '../worker/code.ts'
import { killLeftovers } from '../worker/leftovers.ts'
import type { Child } from './child.ts'
import { databaseChild, sitesChild, workerChild } from './children.ts'
import { explain, StartFailure } from './failure.ts'
import { takeFolder } from './folder.ts'
import { type StartOptions, startFailure } from './options.ts'
import { buildPage, layOutPage } from './page.ts'
import { checkPort } from './port.ts'
import { randomSecret } from './secret.ts'
import { writeWorkerEnvironment } from './worker-environment.ts'

const READY_MS = 60_000

// PGlite does one thing at a time, and its socket takes messages of several connections by turns: a
// transaction's end on one ends what another has begun ("portal does not exist").
const EMBEDDED_CONNECTIONS = 1
const POSTGRES_CONNECTIONS = 10

/** Where a started stack is; both are origins. */
export type Addresses = { readonly api: string; readonly sites: string }

type DatabaseAccess = { readonly DATABASE_URL: string; readonly NEON_ENDPOINT: string }

/** Everything that `npm start` runs: the database, the sample sites, the page and the Worker. */
export class Stack {
  readonly #options: StartOptions
  readonly #report: (line: string) => void
  readonly #closers: (() => Promise<void>)[] = []
  #closed: Promise<void> | undefined

  /** `report` is told in a line what happens to the parts later on. */
  constructor(options: StartOptions, report: (line: string) => void) {
    this.#options = options
    this.#report = report
  }

  /** Answers once the API does. Throws a StartFailure, having ended what it had started. */
  async start(): Promise<Addresses> {
    try {
      return await this.#start()
    } catch (error) {
      await this.close()
      throw error
    }
  }

  /** Ends everything, the last started first; called again, it is the same end. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #start(): Promise<Addresses> {
    const { data, port, sites_port, egress_allow, settings, code } = this.#options
    await takeFolder(data)
    this.#closers.push(async () => killLeftovers(data))
    await checkPort('PORT', port)
    await checkPort('SITES_PORT', sites_port)
    const [access, sites] = await Promise.all([
      this.#startDatabase(),
      this.#run(sitesChild(this.#options, this.#report)),
      buildPage(),
      buildWorker(code),
    ])
    layOutPage(join(data, 'page'), sites)
    const EGRESS_ALLOW = [...egress_allow, sites].join(',')
    writeWorkerEnvironment(data, { ...access, EGRESS_ALLOW, SETTINGS: settings })
    const given = await layOutWorker(data, code)
    const api = await this.#run(workerChild(this.#options, given, this.#report))
    await untilHealthy(api)
    return { api, sites }
  }

  async #startDatabase(): Promise<DatabaseAccess> {
    const { database_url } = this.#options
    const url = database_url ?? (await this.#startEmbedded())
    await applyMigrations(url).catch((error: unknown) => {
      throw startFailure('DATABASE_URL', `cannot be used (${explain(error)})`, error)
    })
    // The Worker is given a key to the endpoint, and never the database's own address.
    const key = `postgresql://runcast:${randomSecret()}@localhost/runcast`
    const endpoint = await startNeonEndpoint({
      database_url: url,
      connection_string: key,
      connections: database_url === undefined ? EMBEDDED_CONNECTIONS : POSTGRES_CONNECTIONS,
    })
    this.#closers.push(() => endpoint.close())
    return { DATABASE_URL: key, NEON_ENDPOINT: endpoint.url }
  }

  async #startEmbedded(): Promise<string> {
    const address = await this.#run(databaseChild(this.#options, this.#report))
    return `postgresql://postgres@${address}/postgres`
  }

  #run(child: Child): Promise<string> {
    this.#closers.push(() => child.stop())
    return child.start()
  }

  async #close(): Promise<void> {
    for (const close of this.#closers.toReversed()) await close()
  }
}

async function untilHealthy(origin: string): Promise<void> {
  const deadline = Date.now() + READY_MS
  let last: unknown
  while (Date.now() < deadline) {
    const answer = await fetch(`${origin}/api/health`).catch((error: unknown) => error)
    if (answer instanceof Response && answer.ok) return
    last = answer instanceof Response ? `it answers ${answer.status}` : answer
    await delay(100)
  }
  throw new StartFailure(`the Worker did not become healthy: ${explain(last)}`)
}
