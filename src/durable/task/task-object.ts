import { DurableObject } from 'cloudflare:workers'

import { consoleLog, describeError } from '../../log.ts'
import type { Owner } from '../../protocol/ids.ts'
import type { TaskView } from '../../protocol/task.ts'
import { readSettings, type Settings } from '../../settings.ts'
import { openSqlTask } from './sql-task.ts'
import { type TakeStep, TaskEngine } from './task-engine.ts'
import type { TaskOrder, TaskRpc } from './task-rpc.ts'
import { type Task, viewTask } from './task-state.ts'

/** The Worker's bindings that this object uses. */
export type TaskObjectEnv = { readonly SETTINGS: string }

/** While a task is at work its alarm is set so far ahead: it goes on with the task if the object was lost. */
const LOST_MS = 10_000

/** The steps of one invocation. Cloudflare gives an invocation 10,000 subrequests, and a step makes up to forty. */
const STEPS = 200

/**
 * One task: a long change that goes on in steps after its request was answered. The object keeps where the task stands; a
 * step acts on Postgres, the buckets and other objects. If the object is lost, its alarm takes the last step again.
 */
export class TaskObject extends DurableObject<TaskObjectEnv> implements TaskRpc {
  private readonly settings: Settings
  private readonly engine: TaskEngine
  private working: Promise<void> | undefined
  /** Resolves when the work under way has taken its first step. */
  private first: Promise<void> = Promise.resolve()

  constructor(ctx: DurableObjectState, env: TaskObjectEnv, take: TakeStep) {
    super(ctx, env)
    this.settings = readSettings(env.SETTINGS)
    this.engine = new TaskEngine({
      store: openSqlTask(ctx.storage),
      take,
      now: Date.now,
      failed: (error, { task_id, owner, work, place }) => {
        const fields = { task_id, owner, kind: work.kind, phase: place.phase }
        consoleLog('warn', 'a step of a task failed, and will be tried again', {
          ...fields,
          error: describeError(error),
        })
        return 'A part of the service could not be reached. The step is tried again.'
      },
    })
  }

  async begin(order: TaskOrder): Promise<TaskView | 'key_reused'> {
    if (!this.engine.begin(order)) return 'key_reused'
    await this.ctx.storage.setAlarm(Date.now() + LOST_MS)
    this.ctx.waitUntil(this.work())
    // The first step hides what is to be deleted. The others follow after the answer.
    await this.first
    return viewTask(this.known())
  }

  async read({ owner }: { readonly owner: Owner }): Promise<TaskView | undefined> {
    const { task } = this.engine
    return task?.owner === owner ? viewTask(task) : undefined
  }

  override async alarm(): Promise<void> {
    const { task } = this.engine
    if (task === undefined) return
    if (task.due === undefined && Date.now() >= this.forgetDue(task)) {
      await this.ctx.storage.deleteAll()
      this.ctx.abort('the receipt was kept long enough')
    }
    await this.ctx.storage.setAlarm(Date.now() + LOST_MS)
    await this.work()
  }

  private known(): Task {
    const { task } = this.engine
    if (task === undefined) throw new Error('the task was not begun')
    return task
  }

  /** Takes one step after the other, until the task waits or is over. Sets the alarm for what is due then. */
  private work(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (this.working === undefined) this.first = promise
    this.working ??= this.takeSteps(resolve).finally(() => {
      this.working = undefined
    })
    return this.working
  }

  private async takeSteps(stepped: () => void): Promise<void> {
    let alarm_at = Date.now() + LOST_MS
    for (let steps = 0; await this.engine.step(); steps += 1) {
      stepped()
      if (steps === STEPS) return this.ctx.storage.setAlarm(Date.now())
      if (Date.now() < alarm_at - LOST_MS / 2) continue
      alarm_at = Date.now() + LOST_MS
      await this.ctx.storage.setAlarm(alarm_at)
    }
    stepped()
    const task = this.known()
    await this.ctx.storage.setAlarm(task.due ?? this.forgetDue(task))
  }

  private forgetDue({ ended_at = 0 }: Task): number {
    return ended_at + this.settings.receipt_ms
  }
}
