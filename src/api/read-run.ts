import { DatabaseUnavailable } from '../db/connect.ts'
import type { Owner, RunId } from '../protocol/ids.ts'
import { callDatabase, callRun } from './calls.ts'
import type { ApiPorts, RunReads, RunStub } from './ports.ts'
import { deleted, notFound } from './problem.ts'

type Reading = { readonly run_id: RunId; readonly owner: Owner }

/**
 * Reads a run from its object or, once the run is archived, from Postgres. Both give the same answer: undefined
 * if this owner has no such run.
 */
export async function readRun<T>(
  ports: ApiPorts,
  { run_id, owner }: Reading,
  read: (run: RunReads) => Promise<T | undefined>,
): Promise<T | undefined> {
  await requireIssued(ports, { run_id, owner })
  const answer = await callRun(() => read(ports.run(run_id)))
  if (answer !== undefined || !(await isKnown(ports, { run_id, owner }))) return answer
  return callDatabase(() => read(ports.archivedRun(run_id)))
}

/** Whether the run's object knows a run of this owner, be it archived or not. Throws 410 for a deleted run (DEL-3). */
export async function isKnown(
  ports: { readonly run: (run_id: RunId) => Pick<RunStub, 'admits'> },
  { run_id, owner }: Reading,
): Promise<boolean> {
  const answer = await callRun(() => ports.run(run_id).admits({ owner, token_id: NO_TOKEN }))
  if (answer === 'deleted') throw deleted()
  return answer !== 'unknown'
}

/** Throws the problem of a run that its object does not know: 410 for a while after its deletion, or else 404. */
export async function throwMissing(ports: Pick<ApiPorts, 'run'>, run: Reading): Promise<never> {
  await isKnown(ports, run)
  throw notFound()
}

/**
 * Throws 404 for an id that was never issued, before the run's object is called: the platform makes an object
 * with storage for every id that is called (RUN-5).
 */
export async function requireIssued(
  ports: Pick<ApiPorts, 'run_ids' | 'hasRun'>,
  run: Reading,
): Promise<void> {
  if (await ports.run_ids.isOurs(run.run_id)) return
  if (!(await mayBeOlder(ports, run))) throw notFound()
}

/**
 * Whether the run may be from before ids were signed: then Postgres has its row. While Postgres cannot be
 * reached, any run may be.
 */
async function mayBeOlder({ hasRun }: Pick<ApiPorts, 'hasRun'>, run: Reading): Promise<boolean> {
  try {
    return await hasRun(run)
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return true
    throw error
  }
}

/** The owner asks with their own token. No watch token has this id. */
const NO_TOKEN = ''
