import type { RunRpc } from '../src/durable/run/run-rpc.ts'
import type { RunObject } from '../src/index.ts'

/** Every call of a run's object: its RPC, a watcher's stream, and the alarm. */
export type Call = keyof RunRpc | 'fetch' | 'alarm'

export const none: Readonly<Record<Call, number>> = {
  create: 0,
  view: 0,
  logs: 0,
  inputs: 0,
  jobs: 0,
  job: 0,
  abort: 0,
  abortJob: 0,
  retry: 0,
  pause: 0,
  resume: 0,
  rename: 0,
  admits: 0,
  revoke: 0,
  claimPlan: 0,
  addJobs: 0,
  renewPlan: 0,
  closeGroup: 0,
  failPlan: 0,
  releasePlan: 0,
  claim: 0,
  report: 0,
  release: 0,
  checkpoint: 0,
  checkpointPage: 0,
  checkpointed: 0,
  releaseCheckpoint: 0,
  databaseAway: 0,
  archive: 0,
  archiveJobs: 0,
  archiveLines: 0,
  archived: 0,
  releaseArchive: 0,
  follow: 0,
  erase: 0,
  vanish: 0,
  direct: 0,
  lost: 0,
  fetch: 0,
  alarm: 0,
}

/** Makes each call of the class's objects tell `count` its object and its name before it runs. */
export function countCalls<Counted extends RunObject>(
  object: { readonly prototype: Counted },
  count: (self: Counted, name: Call) => void,
): void {
  for (const name of Object.keys(none).filter(isCall)) {
    const real = object.prototype[name]
    const counted = function (this: Counted, ...args: unknown[]): unknown {
      count(this, name)
      return Reflect.apply(real, this, args)
    }
    Object.defineProperty(object.prototype, name, { value: counted })
  }
}

function isCall(name: string): name is Call {
  return Object.hasOwn(none, name)
}
