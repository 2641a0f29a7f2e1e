import { setTimeout as delay } from 'node:timers/promises'

import { z } from 'zod'

import type { Database } from '../src/db/connect.ts'
import type { Company } from '../src/protocol/company.ts'
import type { RunStarted } from '../src/protocol/run.ts'
import type { Api } from './api.ts'
import type { Counts } from './counts.ts'
import { countEnded } from './database.ts'
import { BenchFailure } from './failure.ts'
import type { Partner } from './partner.ts'

const POLL_MS = 100
const ASK_MS = 10_000

/** How long a run may take, to its end and to its last checkpoint. */
export const RUN_MS = 60_000

const Statements = z.object({ statements: z.int() })

/** What the objects were asked and how many statements the Worker sent, up to now. */
export type Costs = Counts & { readonly statements: number }

type Parts = { readonly api: Api; readonly db: Database; readonly stack: Partner }

/** The runs of the bench's owner: all that are started, and what they have cost together. */
export class Runs {
  readonly api: Api
  readonly db: Database
  readonly #stack: Partner
  #started = 0
  /** Statements of the bench itself. */
  #own = 0

  constructor({ api, db, stack }: Parts) {
    this.api = api
    this.db = db
    this.#stack = stack
  }

  start(companies: readonly Company[]): Promise<RunStarted> {
    this.#started++
    return this.api.start(companies)
  }

  /** Resolves when every run's end is in Postgres, and its object has nothing more to do. */
  async untilQuiet(): Promise<void> {
    const deadline = Date.now() + RUN_MS
    let before = ''
    for (;;) {
      this.#own++
      const ended = await countEnded(this.db)
      const counts = JSON.stringify(await this.api.counts())
      if (ended === this.#started && counts === before) return
      if (Date.now() > deadline)
        throw new BenchFailure(`of ${this.#started} runs, ${ended} have ended in Postgres`)
      before = counts
      await delay(POLL_MS)
    }
  }

  async costs(): Promise<Costs> {
    const { statements } = await this.#stack.ask('statements', Statements, ASK_MS)
    return { ...(await this.api.counts()), statements: statements - this.#own }
  }
}
