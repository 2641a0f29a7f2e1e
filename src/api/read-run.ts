import type { Owner, RunId } from '../protocol/ids.ts'
import { callDatabase } from './database-call.ts'
import { callRun } from './object-call.ts'
import type { ApiPorts, RunReads } from './ports.ts'

type Reading = { readonly run_id: RunId; readonly owner: Owner }

/** What a run's object answers or, once the run is archived, Postgres in its place: the same. */
export async function readRun<T>(
  ports: Pick<ApiPorts, 'run' | 'archivedRun'>,
  { run_id, owner }: Reading,
  read: (run: RunReads) => Promise<T | undefined>,
): Promise<T | undefined> {
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

/** The owner comes in person: no watch token has this name. */
const NO_TOKEN = ''
