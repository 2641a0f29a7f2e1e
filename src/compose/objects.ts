import type { Env } from '../env.ts'
import type { Owner, RunId } from '../protocol/ids.ts'
import type { TaskId } from '../protocol/task.ts'
import { objectsOf } from './location.ts'

/** Finds the objects of runs. */
export function runsOf(env: Env) {
  const find = objectsOf(env.RUNS, env)
  return (run_id: RunId) => find(run_id)
}

/** Finds the objects of owners. */
export function ownersOf(env: Env) {
  const find = objectsOf(env.OWNERS, env)
  return (owner: Owner) => find(owner)
}

/** Finds the objects of tasks. */
export function tasksOf(env: Env) {
  const find = objectsOf(env.TASKS, env)
  return (task_id: TaskId) => find(task_id)
}
