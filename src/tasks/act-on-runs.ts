import type { BulkWork } from '../durable/task/task-rpc.ts'
import type { Counted, Task, TaskStep } from '../durable/task/task-state.ts'
import type { RunId } from '../protocol/ids.ts'
import type { TaskFailure } from '../protocol/task.ts'
import type { StepPorts } from './task-ports.ts'

type RunsTask = Task & { readonly work: BulkWork }

/** The runs that one step acts on. Their objects are called side by side. */
const PAGE = 20

/** Acts on an owner's runs, page by page, the newest first. Each run's outcome is counted once. */
export async function actOnRuns(task: RunsTask, ports: StepPorts): Promise<TaskStep> {
  const { owner, work, place } = task
  if (place.phase === 'begin')
    return { place: { phase: 'runs', n: 0 }, total: await countOf(task, ports) }
  const { after, n = 0 } = place
  const limit = Math.min(PAGE, ports.settings.bulk_runs - n)
  const page = await ports.list.runs({
    ...work.filter,
    owner,
    limit,
    ...(after === undefined ? {} : { cursor: after }),
  })
  if (page.kind === 'bad_cursor') throw new Error('the list refused its own cursor')
  const { runs, next_cursor } = page.page
  const outcomes = await Promise.all(runs.map(({ run_id }) => act(task, run_id, ports)))
  const told = {
    added: sumOf(outcomes.map(({ counts }) => counts)),
    failures: runs.flatMap(({ run_id }, at) => failureOf(run_id, outcomes[at])),
  }
  const done = n + runs.length
  const isFull = done >= ports.settings.bulk_runs
  if (next_cursor !== null && !isFull)
    return { place: { phase: 'runs', after: next_cursor, n: done }, ...told }
  return {
    place: { phase: 'over' },
    ...told,
    end: { status: 'done' },
    ...(next_cursor === null ? {} : { left: true }),
  }
}

async function countOf({ owner, work }: RunsTask, { list }: StepPorts): Promise<number> {
  const counts = await list.count({ ...work.filter, owner })
  const { status } = work.filter
  if (status !== undefined) return counts[status] ?? 0
  const { with_problems: _, ...rest } = counts
  return Object.values(rest).reduce((sum, count) => sum + count, 0)
}

/** What became of one run: what to count, and why the task could not act on it. */
type RunOutcome = { readonly counts: Counted; readonly code?: string }

function did(name: string, more: Counted = {}): RunOutcome {
  return { counts: { [name]: 1, ...more } }
}

function failed(code: string): RunOutcome {
  return { counts: { [code]: 1 }, code }
}

function act(task: RunsTask, run_id: RunId, ports: StepPorts): Promise<RunOutcome> {
  const { work } = task
  switch (work.kind) {
    case 'abort_runs':
      return abortOne(task, run_id, ports)
    case 'retry_runs':
      return retryOne(task, run_id, ports)
    case 'label_runs':
      return labelOne({ ...task, work }, run_id, ports)
  }
}

/** The receipt of an abort says when it was. An abort of this task counts as the task's, also if the step is repeated. */
async function abortOne(
  { owner, created_at }: RunsTask,
  run_id: RunId,
  { run }: StepPorts,
): Promise<RunOutcome> {
  const answer = await run(run_id).abort({ owner, by: owner })
  switch (answer.kind) {
    case 'aborted':
      return did(Date.parse(answer.receipt.at) >= created_at ? 'aborted' : 'already_ended')
    case 'ended':
      return did('already_ended')
    case 'unknown':
      return failed('gone')
  }
}

/** A retry that is repeated under the same id gets the same answer. */
async function retryOne(
  { owner, task_id }: RunsTask,
  run_id: RunId,
  { run }: StepPorts,
): Promise<RunOutcome> {
  const answer = await run(run_id).retry({ owner, status: 'failed', retry_id: task_id })
  switch (answer.kind) {
    case 'retried':
      return did('retried', { jobs: answer.jobs, groups: answer.groups })
    case 'nothing':
      return answer.archived === true ? failed('archived') : did('nothing_failed')
    case 'missing':
    case 'unknown':
      return failed('gone')
  }
}

async function labelOne(
  { owner, work }: Task & { readonly work: Extract<BulkWork, { kind: 'label_runs' }> },
  run_id: RunId,
  { run, list }: StepPorts,
): Promise<RunOutcome> {
  const change = { labels: { ...work.labels } }
  const answer = await run(run_id).rename({ owner, change })
  const known =
    answer.kind === 'archived' ? await list.renameArchived({ owner, run_id }, change) : answer
  switch (known.kind) {
    case 'named':
      return did('labelled')
    case 'too_many':
      return failed('too_many_labels')
    case 'archived':
    case 'unknown':
      return failed('gone')
  }
}

function failureOf(run_id: RunId, outcome: RunOutcome | undefined): TaskFailure[] {
  return outcome?.code === undefined ? [] : [{ run_id, code: outcome.code }]
}

function sumOf(all: readonly Counted[]): Counted {
  const sums: Record<string, number> = {}
  for (const counts of all) {
    for (const [name, n] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + n
  }
  return sums
}
