import type { Reason } from '../../protocol/status.ts'
import type { TaskFailure, TaskStatus, TaskView } from '../../protocol/task.ts'
import type { TaskOrder } from './task-rpc.ts'

/** Times are in ms since 1970. */
export type Task = TaskOrder & {
  readonly status: TaskStatus
  readonly created_at: number
  readonly updated_at: number
  readonly ended_at?: number
  /** Where the next step begins. */
  readonly place: TaskPlace
  /** When the next step is due. Absent: nothing is left to do. */
  readonly due?: number
  readonly counts: Counted
  readonly total?: number
  readonly left?: true
  readonly failures: readonly TaskFailure[]
  readonly reason?: Reason
  readonly trouble?: { readonly message: string; readonly tries: number }
}

export type Counted = Readonly<Record<string, number>>

/**
 * Where a task stands. `hand`: what the next step works on. A step takes something into its hand, and the next one acts
 * on that and counts it. So a step that is repeated after a crash counts nothing twice.
 */
export type TaskPlace = {
  readonly phase: TaskPhase
  readonly hand?: readonly string[]
  /** The place in a list, after which the next page begins. */
  readonly after?: string
  /** A number of the phase: of a part, or of a visit. */
  readonly n?: number
  /** The number of the transaction that older statements have to be over for, and since when the task waits for them. */
  readonly moment?: string
  readonly since?: number
}

type TaskPhase =
  | 'begin'
  | 'runs'
  | 'alone'
  | 'blobs'
  | 'forget'
  | 'files'
  | 'rows'
  | 'again'
  | 'settle'
  | 'lift'
  | 'over'

/** What a step brought. */
export type TaskStep = {
  readonly place: TaskPlace
  /** Added to the counts. */
  readonly added?: Counted
  /** Counts that Postgres keeps: they replace those of the same names. */
  readonly stored?: Counted
  readonly total?: number
  readonly left?: true
  readonly failures?: readonly TaskFailure[]
  /** The next step shall not come earlier. */
  readonly wait_ms?: number
  /** Set by the step with which the task is done or refused. Steps may follow that clear up. */
  readonly end?:
    | { readonly status: 'done' }
    | { readonly status: 'refused'; readonly reason: Reason }
}

const FAILURES = 20

export function openTask(order: TaskOrder, now: number): Task {
  return {
    ...order,
    status: 'working',
    created_at: now,
    updated_at: now,
    place: { phase: 'begin' },
    due: now,
    counts: {},
    failures: [],
  }
}

/** What an order for a task that exists does. A task of which nothing is left to do begins anew, unless it has a key. */
export function judgeOrder(task: Task, order: TaskOrder): 'anew' | 'same' | 'key_reused' {
  if (task.body_hash !== order.body_hash) return 'key_reused'
  return task.body_hash === undefined && task.due === undefined ? 'anew' : 'same'
}

export function advance(task: Task, step: TaskStep, now: number): Task {
  const { trouble: _, due: __, ...rest } = task
  const end =
    step.end === undefined || task.status !== 'working' ? {} : { ...step.end, ended_at: now }
  return {
    ...rest,
    ...end,
    updated_at: now,
    place: step.place,
    ...(step.place.phase === 'over' ? {} : { due: now + (step.wait_ms ?? 0) }),
    counts: { ...added(task.counts, step.added ?? {}), ...step.stored },
    failures: [...task.failures, ...(step.failures ?? [])].slice(0, FAILURES),
    ...(step.total === undefined ? {} : { total: step.total }),
    ...(step.left === undefined ? {} : { left: step.left }),
  }
}

function added(counts: Counted, more: Counted): Counted {
  const sums = Object.entries(more).map(([name, n]) => [name, (counts[name] ?? 0) + n] as const)
  return { ...counts, ...Object.fromEntries(sums) }
}

const RETRY_MS = 1_000
const RETRY_MAX_MS = 300_000

/** Puts a step off that failed: a second, doubling to five minutes. */
export function stumble(task: Task, message: string, now: number): Task {
  const tries = (task.trouble?.tries ?? 0) + 1
  const wait = Math.min(RETRY_MS * 2 ** (tries - 1), RETRY_MAX_MS)
  return { ...task, updated_at: now, due: now + wait, trouble: { message, tries } }
}

export function viewTask(task: Task): TaskView {
  const { task_id, work, status, counts, total, left, failures, reason, trouble, ended_at } = task
  return {
    task_id,
    kind: work.kind,
    status,
    created_at: iso(task.created_at),
    updated_at: iso(task.updated_at),
    ...(ended_at === undefined ? {} : { ended_at: iso(ended_at) }),
    counts: { ...counts },
    ...(total === undefined ? {} : { total }),
    ...(left === undefined ? {} : { left }),
    failures: [...failures],
    ...(reason === undefined ? {} : { reason }),
    ...(trouble === undefined ? {} : { trouble }),
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
