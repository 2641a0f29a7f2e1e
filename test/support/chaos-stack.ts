import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { z } from 'zod'

import { applyMigrations } from '../../scripts/database/migrations.ts'
import { startSites } from '../../scripts/sites/server.ts'
import type { Child } from '../../scripts/start/child.ts'
import { databaseChild, databaseUrl, workerChild } from '../../scripts/start/children.ts'
import { type DatabaseAccess, openAccess } from '../../scripts/start/database-access.ts'
import { writeWorkerEnvironment } from '../../scripts/start/worker-environment.ts'
import { layOutEmptyPage } from '../../scripts/worker/alone.ts'
import { layOutWorker } from '../../scripts/worker/code.ts'
import { untilHealthy } from '../../scripts/worker/health.ts'
import { killLeftovers } from '../../scripts/worker/leftovers.ts'
import { Counts, type Orders, ORDERS_PATH } from '../chaos/orders.ts'
import { devToken } from './dev-token.ts'
import type { SitesOptions } from './own-sites.ts'
import { postJson } from './post-json.ts'
import { childrenOf } from './process-group.ts'
import { StatementProxy } from './statement-proxy.ts'
import { chaosWorker } from './worker-code.ts'

export type ChaosOptions = {
  readonly settings?: object
  readonly sites: SitesOptions
  /** More arguments for wrangler, such as the code and configurations. */
  readonly worker?: (data: string) => Promise<readonly string[]>
  /** Brings the database at an address to a schema. By default that is the newest one. */
  readonly migrate?: (url: string, data: string) => Promise<void>
}

/**
 * The parts of `npm start`. The Worker and the database are processes that a test can kill. The career
 * sites and the way to Postgres belong to the test.
 */
export class ChaosStack {
  readonly data = realpathSync(mkdtempSync(join(tmpdir(), 'runcast-chaos-')))
  /** The origin of the career sites. */
  sites = ''
  /** The origin of the API. It stays the same when the Worker is started again. */
  origin = ''
  /** The reports about parts that ended. */
  readonly said: string[] = []
  #worker: readonly string[] = []
  readonly #settings: object
  readonly #closers: (() => Promise<unknown>)[] = []
  #database = ''
  #statements: StatementProxy | undefined

  private constructor({ settings = {} }: ChaosOptions) {
    this.#settings = settings
  }

  static async start(options: ChaosOptions): Promise<ChaosStack> {
    const stack = new ChaosStack(options)
    try {
      await stack.#start(options)
      return stack
    } catch (error) {
      await stack.close()
      throw error
    }
  }

  /** The proxy for every statement from the Worker to Postgres. */
  get statements(): StatementProxy {
    if (this.#statements === undefined) throw new Error('the stack was not started')
    return this.#statements
  }

  /** Sets the faults of the Worker of these scenarios. Orders that were given before end. */
  async order(orders: z.input<typeof Orders> = {}): Promise<void> {
    await postJson(`${this.origin}${ORDERS_PATH}`, orders)
  }

  /** Reads the counters of the Worker of these scenarios. */
  async counts(): Promise<Counts> {
    return Counts.parse(await (await fetch(`${this.origin}${ORDERS_PATH}`)).json())
  }

  token(sub: string): Promise<string> {
    return devToken(this.origin, sub)
  }

  /** The address of Postgres itself. */
  get database(): string {
    return this.#database
  }

  /** Kills the Worker and the database at once. Both are started again by their keepers. */
  killAll(): void {
    this.killWorker()
    for (const pid of childrenOf(process.pid, /^runcast-database/)) process.kill(pid, 'SIGKILL')
  }

  /** Kills the Worker's processes, and with them its objects, its queues and its requests. */
  killWorker(): void {
    killLeftovers(this.data)
  }

  /** Kills the Worker, and lets another one start in its place. */
  async replaceWorker(worker: readonly string[]): Promise<void> {
    this.#worker = worker
    this.killWorker()
    await this.healthy()
  }

  healthy(): Promise<void> {
    return untilHealthy(this.origin)
  }

  async close(): Promise<void> {
    for (const close of this.#closers.toReversed()) await close()
    rmSync(this.data, { recursive: true, force: true })
  }

  async #start(options: ChaosOptions): Promise<void> {
    const { sites, migrate = (url) => applyMigrations(url), worker = ordered } = options
    const report = (line: string) => void this.said.push(line)
    const [own, address, code] = await Promise.all([
      startSites(sites),
      this.#run(databaseChild({ data: this.data }, report)),
      worker(this.data),
    ])
    this.#worker = code
    this.#closers.push(() => own.close())
    this.sites = own.origin
    this.#database = databaseUrl(address)
    await migrate(this.#database, this.data)
    const { access, close } = await openAccess(this.#database, 1)
    this.#closers.push(close)
    const statements = await StatementProxy.start(access.NEON_ENDPOINT)
    this.#statements = statements
    this.#closers.push(() => statements.close())
    this.#layOut({ ...access, NEON_ENDPOINT: statements.url })
    const place = { data: this.data, port: 0 }
    this.origin = await this.#run(workerChild(place, () => this.#worker, report))
    await this.healthy()
  }

  #layOut(access: DatabaseAccess): void {
    layOutEmptyPage(this.data)
    writeWorkerEnvironment(this.data, {
      ...access,
      EGRESS_ALLOW: this.sites,
      SETTINGS: JSON.stringify(this.#settings),
    })
  }

  #run(child: Child): Promise<string> {
    this.#closers.push(() => child.stop())
    return child.start()
  }
}

function ordered(data: string): Promise<readonly string[]> {
  return layOutWorker(data, chaosWorker)
}
