import type { RunArchive, RunCheckpoint, RunRpc } from '../../src/durable/run/run-rpc.ts'
import type { FlightGrant, PlanGrant } from '../../src/durable/run/work-rpc.ts'
import type { Log } from '../../src/log.ts'
import { ExternalId, GroupKey, RunId } from '../../src/protocol/ids.ts'
import { alice } from './test-run.ts'

export const run_id = RunId.parse('a'.repeat(32))

/** An object with the answers that a test sets. Keeps each call in order. */
export function stubRun(answers: Partial<RunRpc>): {
  run: () => RunRpc
  calls: [string, unknown][]
} {
  const calls: [string, unknown][] = []
  const noted =
    <Q, A>(name: string, answer: ((request: Q) => Promise<A>) | undefined) =>
    (request: Q): Promise<A> => {
      calls.push([name, request])
      if (answer === undefined) throw new Error(`${name} was not expected`)
      return answer(request)
    }
  const checkpoint = noted<void, RunCheckpoint | undefined>('checkpoint', answers.checkpoint)
  const archive = noted<void, RunArchive | undefined>('archive', answers.archive)
  const run: RunRpc = {
    checkpoint: () => checkpoint(),
    create: noted('create', answers.create),
    view: noted('view', answers.view),
    jobs: noted('jobs', answers.jobs),
    logs: noted('logs', answers.logs),
    inputs: noted('inputs', answers.inputs),
    job: noted('job', answers.job),
    abort: noted('abort', answers.abort),
    abortJob: noted('abortJob', answers.abortJob),
    retry: noted('retry', answers.retry),
    pause: noted('pause', answers.pause),
    resume: noted('resume', answers.resume),
    rename: noted('rename', answers.rename),
    admits: noted('admits', answers.admits),
    revoke: noted('revoke', answers.revoke),
    claimPlan: noted('claimPlan', answers.claimPlan),
    addJobs: noted('addJobs', answers.addJobs),
    renewPlan: noted('renewPlan', answers.renewPlan),
    closeGroup: noted('closeGroup', answers.closeGroup),
    failPlan: noted('failPlan', answers.failPlan),
    releasePlan: noted('releasePlan', answers.releasePlan),
    claim: noted('claim', answers.claim),
    report: noted('report', answers.report),
    release: noted('release', answers.release),
    checkpointPage: noted('checkpointPage', answers.checkpointPage),
    checkpointed: noted('checkpointed', answers.checkpointed),
    releaseCheckpoint: noted('releaseCheckpoint', answers.releaseCheckpoint),
    databaseAway: noted('databaseAway', answers.databaseAway),
    archive: () => archive(),
    archiveJobs: noted('archiveJobs', answers.archiveJobs),
    archiveLines: noted('archiveLines', answers.archiveLines),
    archived: noted('archived', answers.archived),
    releaseArchive: noted('releaseArchive', answers.releaseArchive),
    follow: noted('follow', answers.follow),
    erase: noted('erase', answers.erase),
    vanish: noted('vanish', answers.vanish),
    direct: noted('direct', answers.direct),
    lost: noted('lost', answers.lost),
  }
  return { run: () => run, calls }
}

type LogLine = readonly [level: string, message: string, fields: unknown]

export function keepLog(): { log: Log; lines: LogLine[] } {
  const lines: LogLine[] = []
  return { lines, log: (...line) => lines.push(line) }
}

/** A granted flight with `count` jobs, each under attempt 1. */
export function flightOf(count: number): FlightGrant {
  return {
    kind: 'granted',
    owner: alice,
    pipeline: 'letters',
    group: GroupKey.parse('a'),
    grant: 4,
    renew_ms: 5_000,
    jobs: Array.from({ length: count }, (_, n) => ({
      n,
      external_id: ExternalId.parse(`job ${n}`),
      title: `Title ${n}`,
      attempt: 1,
      payload: JSON.stringify({ n }),
    })),
  }
}

export const planGrant: PlanGrant = {
  kind: 'granted',
  owner: alice,
  pipeline: 'letters',
  group: GroupKey.parse('a'),
  attempt: 3,
  input: '{"at":1}',
  renew_ms: 5_000,
}

export const noPorts = {
  fetch: () => Promise.reject(new Error('nothing is fetched here')),
  blobs: { put: () => Promise.resolve(), get: () => Promise.resolve(undefined) },
  pages: { put: () => Promise.resolve('hash'), get: () => Promise.resolve(undefined) },
}
