import type { TaskOrder } from './task-rpc.ts'
import { advance, judgeOrder, openTask, stumble, type Task, type TaskStep } from './task-state.ts'

export type TaskStore = {
  read(): Task | undefined
  write(task: Task): void
}

/** Does one step of a task. A step may be repeated: then it finds its work done. */
export type TakeStep = (task: Task) => Promise<TaskStep>

type TaskPorts = {
  readonly store: TaskStore
  readonly take: TakeStep
  readonly now: () => number
  /** Called with the error of a step, which is tried again. Returns the sentence that the receipt shows. */
  readonly failed: (error: unknown, task: Task) => string
}

/** A task behind its ports: each step is taken, and then stored with what it brought. */
export class TaskEngine {
  private readonly ports: TaskPorts
  private current: Task | undefined

  constructor(ports: TaskPorts) {
    this.ports = ports
    this.current = ports.store.read()
  }

  get task(): Task | undefined {
    return this.current
  }

  /** Opens a task, unless it is under way. Returns false if its key came with another request. */
  begin(order: TaskOrder): boolean {
    const known = this.current && judgeOrder(this.current, order)
    if (known === undefined || known === 'anew') this.put(openTask(order, this.ports.now()))
    return known !== 'key_reused'
  }

  /** Takes the step that is due. Returns false if none is due now. */
  async step(): Promise<boolean> {
    const { take, now, failed } = this.ports
    const task = this.current
    if (task?.due === undefined || task.due > now()) return false
    try {
      this.put(advance(task, await take(task), now()))
    } catch (error) {
      this.put(stumble(task, failed(error, task), now()))
    }
    return true
  }

  private put(task: Task): void {
    this.ports.store.write(task)
    this.current = task
  }
}
