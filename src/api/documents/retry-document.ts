import type { DocumentHandle } from '../../db/documents.ts'
import { randomHex } from '../../digest.ts'
import type { Owner, RunId, RunName } from '../../protocol/ids.ts'
import { isTerminalJob } from '../../protocol/terminal.ts'
import { callDatabase, callRun } from '../calls.ts'
import type { DocumentName } from '../document-ports.ts'
import type { ApiPorts } from '../ports.ts'
import { invalidInput, notFound } from '../problem.ts'
import { launchRun } from '../start.ts'
import { jobNameOf, readDocument } from './live-document.ts'
import { namedGroup } from './matter-scope.ts'

/**
 * Has a document read again: by its current run if that run can go on, or else by a new run. Returns the id of
 * that run, which may be at work on the document already.
 */
export async function retryDocument(
  ports: ApiPorts,
  owner: Owner,
  document: DocumentHandle,
): Promise<RunId> {
  const { run_id } = document
  if (run_id !== null && (await isTaken(ports, { owner, run_id }, document))) return run_id
  return startAgain(ports, owner, document)
}

/** Whether the current run of a document retries its job, or has yet to do it. */
async function isTaken(
  ports: ApiPorts,
  { owner, run_id }: RunName,
  document: DocumentHandle,
): Promise<boolean> {
  const request = { owner, jobs: [jobNameOf(document)], retry_id: randomHex(16) }
  const answer = await callRun(() => ports.run(run_id).retry(request))
  return answer.kind === 'retried' || isAwaited(ports, { owner, run_id }, document)
}

/** Whether the current run of a document is at work on its job, or has yet to plan it. */
async function isAwaited(
  ports: ApiPorts,
  { owner, run_id }: RunName,
  document: DocumentHandle,
): Promise<boolean> {
  const job = await callRun(() => ports.run(run_id).job({ owner, ...jobNameOf(document) }))
  if (job !== undefined) return !isTerminalJob(job.status)
  const view = await callRun(() => ports.run(run_id).view({ owner }))
  const group = view?.groups[document.group]
  return group?.status === 'waiting' || group?.status === 'planning'
}

async function startAgain(ports: ApiPorts, owner: Owner, document: DocumentHandle): Promise<RunId> {
  const run_id = await ports.run_ids.make()
  await readTogether(ports, { owner, run_id }, { document })
  return run_id
}

type ReadTogether = {
  readonly document: DocumentHandle
  /** Documents of the same matter that belong to the run already. */
  readonly attached?: readonly Pick<DocumentHandle, 'document_id' | 'name'>[]
}

/** Starts a run that reads a document, which leaves its earlier run, and what is attached to the document. */
export async function readTogether(
  ports: ApiPorts,
  { owner, run_id }: RunName,
  { document, attached = [] }: ReadTogether,
): Promise<void> {
  const { document_id, group, matter, name } = document
  if (!(await callDatabase(() => ports.documents.moveTo({ owner, document_id }, run_id))))
    throw notFound()
  const others = attached.map((one) => ({ document_id: one.document_id, name: one.name }))
  const input = { ...namedGroup(group, matter), documents: [{ document_id, name }, ...others] }
  await launchRun(ports, { owner, run_id, pipeline: 'documents', input, body: input })
}

type Unlocking = { readonly password: string; readonly signal: AbortSignal }

/**
 * Opens a protected file while its owner waits, and stores the text for the job's next attempt. The password is
 * not stored.
 */
export async function unlockDocument(
  ports: ApiPorts,
  name: DocumentName,
  request: Unlocking,
): Promise<void> {
  const { files, unlock } = ports.documents
  const { kind, file_key, text_key, name: shown } = await readDocument(ports, name)
  const bytes = file_key === null ? undefined : await files.read(file_key)
  if (bytes === undefined || kind === null)
    throw refused('cannot be used: the document has no stored file')
  const opened = await unlock({ name: shown, kind, bytes }, request)
  if (opened.kind === 'locked') throw refused(opened.reason.message)
  await putAside(ports, name, opened.bytes)
  await files.remove(text_key === null ? [] : [text_key])
}

async function putAside(ports: ApiPorts, name: DocumentName, text: Uint8Array): Promise<void> {
  const { files, giveText } = ports.documents
  const { key } = await files.put(inOne(text))
  try {
    if (!(await callDatabase(() => giveText(name, key)))) throw notFound()
  } catch (error) {
    await files.remove([key])
    throw error
  }
}

function refused(message: string) {
  return invalidInput([{ path: 'password', message }])
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes
}
