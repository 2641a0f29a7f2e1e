import { runDurableObjectAlarm } from 'cloudflare:test'
import { vi } from 'vitest'

import type { RunEngine } from '../../src/durable/run/run-engine.ts'
import type { CreateAnswer } from '../../src/durable/run/run-rpc.ts'
import type { RunStore } from '../../src/durable/run/store/run-store.ts'
import { GroupKey } from '../../src/protocol/ids.ts'
import type { Message } from '../../src/protocol/messages.ts'
import { deliver, ManualQueues } from './manual-queues.ts'
import type { Stub } from './object.ts'
import { newRunId, startOf, stubOf, within } from './object.ts'
import { company, newOwner } from './parts.ts'

export type Kind = Message['kind']

/** The messages of a run before it is at rest. Its archive comes much later. */
export const kinds = ['plan', 'flight', 'checkpoint'] as const satisfies readonly Kind[]

/** More turns than any of these runs needs. */
const TURNS = 60

type Rest = {
  readonly wake?: () => Promise<unknown>
  /** The kinds of work that the run must not owe at the end. */
  readonly owing?: readonly Kind[]
}

/** Delivers messages to their consumers, all messages of a kind as one batch. */
export async function deliverAll(messages: readonly Message[]): Promise<void> {
  for (const kind of [...kinds, 'archive']) {
    const batch = messages.filter((message) => message.kind === kind)
    if (batch.length > 0) await deliver(batch)
  }
}

/** A run over boards of the sample sites. The test delivers its messages, and lets its time pass. */
export class ManualRun {
  readonly owner
  readonly queues = new ManualQueues()
  readonly run_id = newRunId()

  constructor(owner = newOwner()) {
    this.owner = owner
  }

  /** A stub from before a restart stays broken, so each call gets a new one. */
  get run(): Stub {
    return stubOf(this.run_id)
  }

  async start(boards: readonly number[], flight_jobs = 7): Promise<CreateAnswer> {
    const { owner } = this
    const groups = boards.map(company).map((one) => ({
      key: GroupKey.parse(one.slug),
      input: JSON.stringify(one),
    }))
    return this.run.create({ ...startOf(this.run_id), owner, flight_jobs, groups })
  }

  /**
   * Waits until the owner's object has answered the run, or could not be reached. Resolves after a second, too: the
   * object that asked has ended then, and the alarm asks again.
   */
  async asked(isOver: () => boolean = () => false): Promise<void> {
    for (let ms = 0; ms < 1_000 && !isOver(); ms += 2) {
      const run = await within(this.run, (object) => object['engine'].run)
      if (run?.admission?.kind !== 'asks' || run.telling?.state === 'held') return
      await scheduler.wait(2)
    }
  }

  async isOver(): Promise<boolean> {
    const view = await this.run.view({ owner: this.owner })
    return view?.ended_at !== undefined
  }

  /**
   * Lets the run go on until it owes nothing. Works on the sent messages. If there are none, lets time pass
   * up to the run's alarm.
   */
  async rest(
    work: (messages: readonly Message[]) => Promise<unknown> = deliverAll,
    { wake = () => this.wake(), owing = kinds }: Rest = {},
  ): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) {
      await this.asked()
      const messages = owing.flatMap((kind): Message[] => this.queues.takeNow(kind))
      if (messages.length > 0) await work(messages)
      else if (!(await this.owesAny(owing))) return
      else await this.passUpTo(wake)
    }
    throw new Error('the run did not come to rest')
  }

  protected async pass(ms: number): Promise<void> {
    vi.setSystemTime(Date.now() + ms)
    await this.wake()
  }

  protected wake(): Promise<boolean> {
    return runDurableObjectAlarm(this.run)
  }

  private async passUpTo(wake: () => Promise<unknown>): Promise<void> {
    const due = await within(this.run, (_, { storage }) => storage.getAlarm())
    if (due === null) throw new Error('something is owed, and nothing would wake the run')
    vi.setSystemTime(Math.max(due, Date.now()))
    await wake()
  }

  private owesAny(some: readonly Kind[]): Promise<boolean> {
    return within(this.run, (object) => {
      const engine: RunEngine = Reflect.get(object, 'engine')
      // After the archive the run has no tables any more.
      if (engine.run === undefined) return false
      if (engine.run.admission?.kind === 'asks') return true
      const store: RunStore = Reflect.get(object, 'store')
      const owed = store.readEntries().map(({ subject }) => subject.kind)
      return some.some((kind) => owed.includes(kind))
    })
  }
}
