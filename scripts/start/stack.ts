import { join } from 'node:path'

import { applyMigrations } from '../database/migrations.ts'
import { type OcrEndpoint, startOcrEndpoint } from '../ocr/endpoint.ts'
import { buildWorker, layOutWorker } from '../worker/code.ts'
import { untilHealthy } from '../worker/health.ts'
import { killLeftovers } from '../worker/leftovers.ts'
import type { Child } from './child.ts'
import { databaseChild, databaseUrl, sitesChild, workerChild } from './children.ts'
import { type DatabaseAccess, openAccess } from './database-access.ts'
import { explain } from './failure.ts'
import { takeFolder } from './folder.ts'
import { type StartOptions, startFailure } from './options.ts'
import { buildPage, layOutPage } from './page.ts'
import { checkPort } from './port.ts'
import { writeWorkerEnvironment } from './worker-environment.ts'

// PGlite's socket mixes the messages of several connections, but PGlite has only one session: the end of
// a transaction on one connection ends the transaction of another ("portal does not exist").
const EMBEDDED_CONNECTIONS = 1
const POSTGRES_CONNECTIONS = 10

/**
 * workerd does not limit connections, and the local queues deliver one batch at a time. So one invocation
 * here does the work of many invocations of a deployment.
 */
const LOCAL_SETTINGS = { egress_at_once: 60, storage_at_once: 100 }

/** The origins of a started stack. */
export type Addresses = { readonly api: string; readonly sites: string }

/** Everything that `npm start` runs: the database, the sample sites, the page and the Worker. */
export class Stack {
  readonly #options: StartOptions
  readonly #report: (line: string) => void
  readonly #closers: (() => Promise<void>)[] = []
  #closed: Promise<void> | undefined

  /** `report` gets a line about each later event of a part, such as a restart. */
  constructor(options: StartOptions, report: (line: string) => void) {
    this.#options = options
    this.#report = report
  }

  /** Returns when the API answers. If the start fails, closes what it has started and throws a StartFailure. */
  async start(): Promise<Addresses> {
    try {
      return await this.#start()
    } catch (error) {
      await this.close()
      throw error
    }
  }

  /** Closes everything, the last started part first. A second call waits for the same close. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #start(): Promise<Addresses> {
    const { data, port, sites_port, code } = this.#options
    await takeFolder(data)
    this.#closers.push(async () => killLeftovers(data))
    await checkPort('PORT', port)
    await checkPort('SITES_PORT', sites_port)
    const [access, sites, ocr] = await Promise.all([
      this.#startDatabase(),
      this.#run(sitesChild(this.#options, this.#report)),
      this.#startOcr(),
      buildPage(),
      buildWorker(code),
    ])
    await layOutPage(join(data, 'page'), sites)
    this.#writeEnvironment({ ...access, ...ocr }, sites)
    const given = await layOutWorker(data, code)
    const api = await this.#run(workerChild(this.#options, () => given, this.#report))
    await untilHealthy(api)
    return { api, sites }
  }

  #writeEnvironment(access: DatabaseAccess & OcrEndpoint['access'], sites: string): void {
    const { data, cors_origins, egress_allow, contact, settings } = this.#options
    writeWorkerEnvironment(data, {
      ...access,
      CORS_ORIGINS: cors_origins.join(','),
      EGRESS_ALLOW: [...egress_allow, sites].join(','),
      CONTACT: contact,
      SETTINGS: JSON.stringify({ ...LOCAL_SETTINGS, ...JSON.parse(settings) }),
    })
  }

  async #startDatabase(): Promise<DatabaseAccess> {
    const { database_url } = this.#options
    const url = database_url ?? (await this.#startEmbedded())
    await applyMigrations(url).catch((error: unknown) => {
      throw startFailure('DATABASE_URL', `cannot be used (${explain(error)})`, error)
    })
    const connections = database_url === undefined ? EMBEDDED_CONNECTIONS : POSTGRES_CONNECTIONS
    const { access, close } = await openAccess(url, connections)
    this.#closers.push(close)
    return access
  }

  async #startOcr(): Promise<OcrEndpoint['access']> {
    const { access, close } = await startOcrEndpoint(this.#report)
    this.#closers.push(close)
    return access
  }

  async #startEmbedded(): Promise<string> {
    return databaseUrl(await this.#run(databaseChild(this.#options, this.#report)))
  }

  #run(child: Child): Promise<string> {
    this.#closers.push(() => child.stop())
    return child.start()
  }

  async #close(): Promise<void> {
    for (const close of this.#closers.toReversed()) await close()
  }
}
