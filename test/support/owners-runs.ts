import { expect } from 'vitest'

import { watchRun } from '../../src/client/client.ts'
import { runsOf } from '../../src/client/react/live-runs.ts'
import type { Company } from '../../src/protocol/company.ts'
import { Slug } from '../../src/protocol/company.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { RunStarted, type RunSummary } from '../../src/protocol/run.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import type { Stack } from './stack.ts'
import { User } from './user.ts'

const MINUTE = 60_000
/** How many starts are made side by side. */
const LANES = 8

type Planned = { readonly owner: OwnerOfRuns; readonly nth: number }

/** The runs of several owners, each run over a company of its own, started while the deployment is killed. */
export class OwnersRuns {
  readonly owners: readonly OwnerOfRuns[]
  readonly #planned: Planned[]

  private constructor(owners: readonly OwnerOfRuns[], each: number) {
    this.owners = owners
    const numbers = Array.from({ length: each }, (_, nth) => nth)
    this.#planned = numbers.flatMap((nth) => owners.map((owner) => ({ owner, nth })))
  }

  static async of(
    stack: Stack,
    { names, each, boards }: { names: readonly string[]; each: number; boards: readonly Company[] },
  ): Promise<OwnersRuns> {
    const users = await Promise.all(names.map((name) => User.of(stack, name)))
    return new OwnersRuns(
      users.map((user) => new OwnerOfRuns(user, boards)),
      each,
    )
  }

  /** How many starts have had an answer. */
  get started(): number {
    return this.owners.reduce((sum, { runs }) => sum + runs.size, 0)
  }

  /** Makes all starts. One that gets no answer is made again under its key. */
  async startAll(): Promise<void> {
    const lane = async () => {
      for (let next = this.#planned.shift(); next; next = this.#planned.shift())
        await next.owner.start(next.nth)
    }
    await Promise.all(Array.from({ length: LANES }, lane))
  }

  /** Counts the runs that Postgres has with their ends. */
  async ended(): Promise<number> {
    const lists = await Promise.all(this.owners.map((owner) => owner.stored()))
    return lists.flat().filter(({ status }) => isTerminalRun(status)).length
  }
}

/** An owner, and the runs that the owner was told of. */
export class OwnerOfRuns {
  readonly runs = new Map<number, RunId>()
  readonly #user: User
  readonly #boards: readonly Company[]

  constructor(user: User, boards: readonly Company[]) {
    this.#user = user
    this.#boards = boards
  }

  async start(nth: number): Promise<void> {
    await untilAnswered(() => this.#tryStart(nth))
  }

  /** The runs as Postgres has them. A deployment that is down has none. */
  async stored(): Promise<RunSummary[]> {
    return this.#user.runs().catch(() => [])
  }

  /**
   * What is wrong with the owner's runs at their ends, in words: a run that is missing or too many, one whose postings are not
   * all new, and a posting that is missing or there twice.
   */
  async faults(postings: number): Promise<string[]> {
    const expected = [...this.runs.values()].toSorted()
    const stored = await this.stored()
    const ids = stored.map(({ run_id }) => run_id).toSorted()
    const lists = same(expected, ids) ? [] : [`started ${expected.join()}, stored ${ids.join()}`]
    const whole = { total: postings, ready: postings, new: postings }
    const partial = stored.flatMap(({ run_id, status, snapshot }) => {
      const { total, ready, new: fresh } = snapshot ?? { total: 0, ready: 0, new: 0 }
      const isWhole = same(Object.values(whole), [total, ready, fresh])
      return status === 'finished' && isWhole ? [] : [`${run_id}: ${status}, ${total}, ${fresh}`]
    })
    const keys = (await this.#user.postings()).map((one) => `${one.company} ${one.external_id}`)
    const distinct = new Set(keys).size
    const counts = [distinct, keys.length].filter((count) => count !== postings * ids.length)
    return [...lists, ...partial, ...counts.map((count) => `${count} postings`)]
  }

  /** Follows the owner's list over one connection, which lives through everything. */
  follow() {
    const { origin, token } = this.#user
    const list = watchRun('live', { origin, token, detail: true })
    const leave = list.subscribe(() => {})
    const shown = () =>
      runsOf(list.state.run).map(({ run_id, status, percent }) => `${run_id} ${status} ${percent}`)
    return { shown, leave }
  }

  /** What the list shows once all runs have finished. */
  finished(): string[] {
    return [...this.runs.values()].map((run_id) => `${run_id} finished 100`).toSorted()
  }

  async #tryStart(nth: number): Promise<RunId> {
    const board = this.#boards[nth % this.#boards.length]
    const slug = Slug.parse(`company-of-run-${nth}`)
    const input = { companies: [{ ...board, slug }] }
    const key = { 'idempotency-key': `run-${nth}` }
    const body = { pipeline: 'ingestion', input, name: `Run ${nth}` }
    const answer = await this.#user.post('/api/runs', body, key)
    const { run_id } = RunStarted.parse(await answer.json())
    this.runs.set(nth, run_id)
    return run_id
  }
}

async function untilAnswered(start: () => Promise<RunId>): Promise<void> {
  const tried = () => start().catch(() => undefined)
  await expect.poll(tried, { timeout: 4 * MINUTE, interval: 200 }).toBeTypeOf('string')
}

function same(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, i) => one === others[i])
}
