import { DatabaseUnavailable } from '../db/connect.ts'
import type { Owner, RunId } from '../protocol/ids.ts'
import { callDatabase, callRun } from './calls.ts'
import type { ApiPorts, RunReads } from './ports.ts'
import { notFound } from './problem.ts'

type Reading = { readonly run_id: RunId; readonly owner: Owner }

/** What a run's object answers or, once the run is archived, Postgres in its place: the same. */
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

/** Whether this owner's run is at its object, or was until it was archived. */
export async function isKnown(
  ports: Pick<ApiPorts, 'run'>,
  { run_id, owner }: Reading,
): Promise<boolean> {
  const answer = await callRun(() => ports.run(run_id).admits({ owner, token_id: NO_TOKEN }))
  return answer !== 'unknown'
}

/**
 * Throws for an id that was never given out, before its object is asked: the platform makes an object,
 * and its storage, for every id that is asked for (RUN-5).
 */
export async function requireIssued(
  ports: Pick<ApiPorts, 'run_ids' | 'hasRun'>,
  run: Reading,
): Promise<void> {
  if (await ports.run_ids.isOurs(run.run_id)) return
  if (!(await mayBeOlder(ports, run))) throw notFound()
}

/** Runs from before the ids were signed have a row in Postgres. While it is away, their objects are asked. */
async function mayBeOlder({ hasRun }: Pick<ApiPorts, 'hasRun'>, run: Reading): Promise<boolean> {
  try {
    return await hasRun(run)
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return true
    throw error
  }
}

/** The owner comes in person: no watch token has this name. */
const NO_TOKEN = ''
