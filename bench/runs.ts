import { setTimeout as delay } from 'node:timers/promises'

import { z } from 'zod'

import type { Database } from '../src/db/connect.ts'
import type { Company } from '../src/protocol/company.ts'
import type { RunStarted } from '../src/protocol/run.ts'
import type { Api } from './api.ts'
import { countEnded } from './database.ts'
import { BenchFailure } from './failure.ts'
import type { Partner } from './partner.ts'

const POLL_MS = 100
const ASK_MS = 10_000

/** The longest that a run may take to its end, and then to its last checkpoint. */
export const RUN_MS = 60_000

const Statements = z.object({ statements: z.int() })

type Parts = {
  readonly api: Api
  readonly db: Database
  readonly stack: Partner
  /** The longest that `untilQuiet` waits. */
  readonly wait_ms?: number
}

/** The runs of the bench's owner. Counts the started runs and their statements. */
export class Runs {
  readonly api: Api
  readonly db: Database
  readonly #stack: Partner
  readonly #wait_ms: number
  #started = 0
  #last = ''
  /** The number of statements that the bench itself has sent. */
  #own = 0

  constructor({ api, db, stack, wait_ms = RUN_MS }: Parts) {
    this.api = api
    this.db = db
    this.#stack = stack
    this.#wait_ms = wait_ms
  }

  async start(companies: readonly Company[]): Promise<RunStarted> {
    const started = await this.api.start(companies)
    this.#started++
    this.#last = started.run_id
    return started
  }

  /** Resolves when Postgres has the end of every run, and when nobody calls the last run's object any more. */
  async untilQuiet(): Promise<void> {
    const deadline = Date.now() + this.#wait_ms
    let before = ''
    for (;;) {
      const ended = await this.asking(() => countEnded(this.db))
      const counts = JSON.stringify(await this.api.counts(this.#last))
      if (ended === this.#started && counts === before) return
      if (Date.now() > deadline)
        throw new BenchFailure(`of ${this.#started} runs, ${ended} have ended in Postgres`)
      before = counts
      await delay(POLL_MS)
    }
  }

  /** Sends a statement of the bench, which is not counted as the Worker's. */
  asking<T>(statement: () => Promise<T>): Promise<T> {
    this.#own++
    return statement()
  }

  /** Returns the number of statements that the Worker has sent. */
  async statements(): Promise<number> {
    const { statements } = await this.#stack.ask('statements', Statements, ASK_MS)
    return statements - this.#own
  }
}
