import type { StoredDocument } from '../../db/documents.ts'
import { randomHex } from '../../digest.ts'
import type { Owner, RunId } from '../../protocol/ids.ts'
import { isTerminalJob } from '../../protocol/terminal.ts'
import { callDatabase } from '../database-call.ts'
import { callRun } from '../object-call.ts'
import type { ApiPorts } from '../ports.ts'
import { notFound } from '../problem.ts'
import { launchRun } from '../start.ts'
import { jobNameOf } from './live-document.ts'

/**
 * Has a document read again: by its run, where that can be gone on with, or else by a run of its own.
 * Answers the run that does it, which may be at it already.
 */
export async function retryDocument(
  ports: ApiPorts,
  owner: Owner,
  document: StoredDocument,
): Promise<RunId> {
  const { run_id } = document
  const request = { owner, jobs: [jobNameOf(document)], retry_id: randomHex(16) }
  const answer = await callRun(() => ports.run(run_id).retry(request))
  if (answer.kind === 'retried' || (await isAwaited(ports, owner, document))) return run_id
  return startAgain(ports, owner, document)
}

/** Whether its run is at it, or has yet to plan it. */
async function isAwaited(
  ports: ApiPorts,
  owner: Owner,
  document: StoredDocument,
): Promise<boolean> {
  const { run_id, matter } = document
  const job = await callRun(() => ports.run(run_id).job({ owner, ...jobNameOf(document) }))
  if (job !== undefined) return !isTerminalJob(job.status)
  const view = await callRun(() => ports.run(run_id).view({ owner }))
  const group = view?.groups[matter]
  return group?.status === 'waiting' || group?.status === 'planning'
}

async function startAgain(
  ports: ApiPorts,
  owner: Owner,
  { document_id, matter, name }: StoredDocument,
): Promise<RunId> {
  const run_id = await ports.run_ids.make()
  if (!(await callDatabase(() => ports.documents.moveTo({ owner, document_id }, run_id))))
    throw notFound()
  const input = { matter, documents: [{ document_id, name }] }
  await launchRun(ports, { owner, run_id, pipeline: 'documents', input, body: input })
  return run_id
}
