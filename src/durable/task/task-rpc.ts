import type { Owner, RunId } from '../../protocol/ids.ts'
import type { MatterId } from '../../protocol/matter.ts'
import type { ListedStatus } from '../../protocol/run.ts'
import type { TaskId, TaskView } from '../../protocol/task.ts'

/**
 * The calls of a task's object. Arguments and answers are single objects so that an object and a Worker of different
 * versions can talk: fields may be added, but never renamed.
 */
export type TaskRpc = {
  /**
   * Begins a task and takes its first step, so that what is to be deleted is hidden with the answer. A task that is under
   * way goes on; one that is done begins anew.
   */
  begin(order: TaskOrder): Promise<TaskView | 'key_reused'>
  /** The receipt. Undefined if there is no such task, or if it is another owner's. */
  read(query: { readonly owner: Owner }): Promise<TaskView | undefined>
}

export type TaskOrder = {
  readonly task_id: TaskId
  readonly owner: Owner
  readonly work: TaskWork
  /**
   * The hash of a request with an Idempotency-Key. A repeated request finds the task, also when it is done; another request
   * with the key is refused.
   */
  readonly body_hash?: string
}

/** What a task does. */
export type TaskWork =
  | { readonly kind: 'delete_run'; readonly run_id: RunId }
  | { readonly kind: 'delete_company'; readonly slug: string }
  /** `group`: the matter's key in runs. */
  | { readonly kind: 'delete_matter'; readonly matter_id: MatterId; readonly group: string }
  | { readonly kind: 'delete_owner' }
  | BulkWork

/** The runs of a list, by its filter. Times are in ISO 8601. */
export type ChosenRuns = {
  readonly status?: ListedStatus
  readonly pipeline?: string
  readonly label?: { readonly key: string; readonly value?: string }
  readonly group?: string
  readonly q?: string
  readonly started_since?: string
  readonly started_before?: string
  readonly longer_than_s?: number
}

export type BulkWork = { readonly filter: ChosenRuns } & (
  | { readonly kind: 'abort_runs' | 'retry_runs' }
  | { readonly kind: 'label_runs'; readonly labels: Readonly<Record<string, string | null>> }
)
