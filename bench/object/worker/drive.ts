import type { RunRpc } from '../../../src/durable/run/run-rpc.ts'
import { ExternalId, GroupKey, Owner, type RunId } from '../../../src/protocol/ids.ts'
import type { Message } from '../../../src/protocol/messages.ts'
import type { Shape } from '../routes.ts'

export const OWNER = Owner.parse('bench')

/** Messages that are worked on at once, as by the consumers of a queue. */
const AT_ONCE = 20
/** As many jobs as a plan adds in one call. */
const BATCH = 500

type Run = Pick<
  RunRpc,
  | 'create'
  | 'claimPlan'
  | 'addJobs'
  | 'closeGroup'
  | 'claim'
  | 'report'
  | 'checkpoint'
  | 'checkpointed'
>

/** The messages of a run that nobody has taken, and what to do when there is another. */
type Inbox = { readonly messages: Message[]; wake: () => void }
const inboxes = new Map<RunId, Inbox>()

/** Takes a message of an object. */
export function note(message: Message): void {
  const inbox = inboxOf(message.run_id)
  inbox.messages.push(message)
  inbox.wake()
}

function inboxOf(run_id: RunId): Inbox {
  const inbox = inboxes.get(run_id) ?? { messages: [], wake: () => undefined }
  inboxes.set(run_id, inbox)
  return inbox
}

/** Starts a run and does all its work. Answers how many calls that took. */
export async function drive(run: Run, shape: Shape): Promise<number> {
  const { run_id, flight_jobs } = shape
  const groups = Array.from({ length: shape.groups }, (_, ord) => {
    return { key: GroupKey.parse(`company-${ord}`), input: '{}' }
  })
  const start = { run_id, owner: OWNER, pipeline: 'ingestion', flight_jobs, body_hash: '' }
  await run.create({ ...start, groups })
  const worker = new Worker(run, shape)
  await Promise.all(Array.from({ length: AT_ONCE }, () => worker.work()))
  return worker.calls
}

/** Plans groups and does jobs, message by message, until Postgres would have the run's end. */
class Worker {
  calls = 1
  private ended = false
  private readonly run: Run
  private readonly shape: Shape
  private readonly inbox: Inbox

  constructor(run: Run, shape: Shape) {
    this.run = run
    this.shape = shape
    this.inbox = inboxOf(shape.run_id)
  }

  async work(): Promise<void> {
    while (!this.ended) {
      const message = this.inbox.messages.shift()
      if (message === undefined) await this.another()
      else await this.take(message)
    }
    this.inbox.wake()
  }

  private another(): Promise<void> {
    const before = this.inbox.wake
    return new Promise((resolve) => {
      this.inbox.wake = () => {
        before()
        resolve()
      }
    })
  }

  private async take(message: Message): Promise<void> {
    switch (message.kind) {
      case 'plan':
        return this.plan(message.group)
      case 'flight':
        return this.fly(message.flight)
      case 'checkpoint':
      case 'archive':
        return this.checkpoint()
    }
  }

  private async plan(group: number): Promise<void> {
    const grant = await this.call(this.run.claimPlan({ group }))
    if (grant.kind === 'refused') return
    const { jobs } = this.shape
    const lease = { group, attempt: grant.attempt }
    for (let from = 0; from < jobs; from += BATCH) {
      const length = Math.min(BATCH, jobs - from)
      const batch = Array.from({ length }, (_, i) => seed(group, from + i))
      await this.call(this.run.addJobs({ ...lease, jobs: batch }))
    }
    const lines = [{ level: 'info', message: `The job list has ${jobs} postings.` }] as const
    await this.call(this.run.closeGroup({ ...lease, lines }))
  }

  private async fly(flight: number): Promise<void> {
    const grant = await this.call(this.run.claim({ flight }))
    if (grant.kind === 'refused') return
    const rows = grant.jobs.map(
      ({ n, attempt }) => ({ n, attempt, kind: 'ready', outcome: 'new' }) as const,
    )
    await this.call(this.run.report({ flight, grant: grant.grant, rows, last: true }))
  }

  private async checkpoint(): Promise<void> {
    const checkpoint = await this.call(this.run.checkpoint())
    if (checkpoint === undefined) return
    await this.call(this.run.checkpointed({ seq: checkpoint.seq }))
    this.ended = checkpoint.terminal
  }

  private call<T>(answer: Promise<T>): Promise<T> {
    this.calls += 1
    return answer
  }
}

function seed(group: number, n: number) {
  const external_id = ExternalId.parse(`${group}-${n}`)
  return { external_id, title: `Engineer, team ${n}`, payload: `{"blob":"${group}","index":${n}}` }
}
