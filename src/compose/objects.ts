import type { Env } from '../env.ts'
import type { Owner, RunId } from '../protocol/ids.ts'
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
