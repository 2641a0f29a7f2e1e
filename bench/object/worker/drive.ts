import type { RunRpc } from '../../../src/durable/run/run-rpc.ts'
import { ExternalId, GroupKey, Owner, type RunId } from '../../../src/protocol/ids.ts'
import type { Message } from '../../../src/protocol/messages.ts'
import type { Shape } from '../routes.ts'

export const OWNER = Owner.parse('bench')

/** Messages that are worked on at once, as by the consumers of a queue. */
const AT_ONCE = 20
/** The number of jobs that a plan adds in one call. */
const BATCH = 500

type Run = Pick<
  RunRpc,
  | 'create'
  | 'direct'
  | 'claimPlan'
  | 'addJobs'
  | 'closeGroup'
  | 'claim'
  | 'report'
  | 'checkpoint'
  | 'checkpointed'
>

type PlannedRun = Pick<Run, 'create' | 'direct' | 'claimPlan' | 'addJobs' | 'closeGroup'>

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

/** Makes a run with all its jobs, and claims none. */
export async function planned(run: PlannedRun, shape: Shape): Promise<void> {
  await create(run, shape)
  for (let group = 0; group < shape.groups; group += 1) {
    const grant = await run.claimPlan({ group })
    if (grant.kind === 'refused') throw new Error(`the plan of group ${group} was refused`)
    const lease = { group, attempt: grant.attempt }
    for (const jobs of batches(group, shape.jobs)) await run.addJobs({ ...lease, jobs })
    await run.closeGroup(lease)
  }
}

/** Waits for so many flights of a run. */
export async function takeFlights(run_id: RunId, count: number): Promise<number[]> {
  const { messages } = inboxOf(run_id)
  for (;;) {
    const flights = messages.flatMap((message) => (message.kind === 'flight' ? message.flight : []))
    if (flights.length >= count) return flights
    await scheduler.wait(10)
  }
}

/** Starts a run and does all its work. Answers how many calls that took. `began`: jobs are there. */
export async function drive(run: Run, shape: Shape, began = () => {}): Promise<number> {
  await create(run, shape)
  const worker = new Worker(run, shape, began)
  await Promise.all(Array.from({ length: AT_ONCE }, () => worker.work()))
  return worker.calls
}

async function create(run: Pick<Run, 'create' | 'direct'>, shape: Shape): Promise<void> {
  const { run_id, flight_jobs } = shape
  const groups = Array.from({ length: shape.groups }, (_, ord) => {
    return { key: GroupKey.parse(`company-${ord}`), input: '{}' }
  })
  const start = { run_id, owner: OWNER, pipeline: 'ingestion', flight_jobs, body_hash: '' }
  await run.create({ ...start, groups })
  await run.direct({ owner: OWNER, order: { kind: 'go', n: 0, round: 1 } })
}

function batches(group: number, jobs: number) {
  return Array.from({ length: Math.ceil(jobs / BATCH) }, (_, batch) => {
    const length = Math.min(BATCH, jobs - batch * BATCH)
    return Array.from({ length }, (__, i) => seed(group, batch * BATCH + i))
  })
}

/** Plans groups and does jobs, message by message, until Postgres would have the run's end. */
class Worker {
  calls = 1
  private ended = false
  private readonly run: Run
  private readonly shape: Shape
  private readonly inbox: Inbox
  private readonly began: () => void

  constructor(run: Run, shape: Shape, began: () => void) {
    this.run = run
    this.began = began
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
    const lines = [{ level: 'info', message: `The job list has ${jobs} postings.` }] as const
    const all = batches(group, jobs)
    for (const [i, batch] of all.entries()) {
      const close = i === all.length - 1 ? { close: { lines } } : {}
      await this.call(this.run.addJobs({ ...lease, jobs: batch, ...close }))
      this.began()
    }
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
