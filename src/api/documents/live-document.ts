import type { DocumentHandle, StoredDocument } from '../../db/documents.ts'
import type { JobName, LiveJob } from '../../durable/run/run-rpc.ts'
import { type DocumentView, isMessage } from '../../protocol/document.ts'
import { ExternalId, type Owner } from '../../protocol/ids.ts'
import { documentState } from '../../protocol/terminal.ts'
import { callDatabase, callRun } from '../calls.ts'
import type { DocumentName } from '../document-ports.ts'
import type { ApiPorts } from '../ports.ts'
import { notFound } from '../problem.ts'

/** Reads a document from Postgres. */
export async function readDocument(ports: ApiPorts, name: DocumentName): Promise<StoredDocument> {
  const document = await callDatabase(() => ports.documents.read(name))
  if (document === undefined) throw notFound()
  return document
}

/** Finds the fields that every action on a document needs, also of a damaged document. */
export async function findDocument(ports: ApiPorts, name: DocumentName): Promise<DocumentHandle> {
  const document = await callDatabase(() => ports.documents.find(name))
  if (document === undefined) throw notFound()
  return document
}

/** Reads the current state of a document. The document's run knows more of its job than Postgres does. */
export async function liveDocument(ports: ApiPorts, name: DocumentName): Promise<DocumentView> {
  const document = await readDocument(ports, name)
  const job = await jobOf(ports, name.owner, document)
  const shown = { ...shownOf(document), ...(await childrenOf(ports, name, document)) }
  return job === undefined ? shown : withJob(shown, job)
}

async function childrenOf(
  { documents }: ApiPorts,
  name: DocumentName,
  { kind }: StoredDocument,
): Promise<Pick<DocumentView, 'children'>> {
  if (!isMessage(kind)) return {}
  return { children: [...(await callDatabase(() => documents.children(name)))] }
}

async function jobOf(
  ports: ApiPorts,
  owner: Owner,
  document: StoredDocument,
): Promise<LiveJob | undefined> {
  const name = { owner, ...jobNameOf(document) }
  return callRun(() => ports.run(document.run_id).job(name))
}

/** Aborts the job of a document. The run's other jobs go on. */
export async function stopDocument(
  ports: ApiPorts,
  owner: Owner,
  document: DocumentHandle,
): Promise<void> {
  const { run_id } = document
  if (run_id === null) return
  const job = { owner, ...jobNameOf(document) }
  await callRun(() => ports.run(run_id).abortJob(job))
}

/** The name of a document's job in its run. */
export function jobNameOf({ group, document_id }: DocumentHandle): JobName {
  return { group, external_id: ExternalId.parse(document_id) }
}

/** Takes the state from the job. The error in Postgres is left out, because it may be of an earlier attempt. */
function withJob(document: DocumentView, job: LiveJob): DocumentView {
  const { error: _before, ...rest } = document
  return { ...rest, ...documentState(job, document) }
}

function shownOf({ file_key: _file, text_key: _text, stage: _stage, ...document }: StoredDocument) {
  return document
}

/**
 * Aborts the job of a document, and removes all of the document. The row goes last, because it names the files:
 * if the removal breaks off, the next attempt finds what is left.
 */
export async function removeDocument(ports: ApiPorts, name: DocumentName): Promise<void> {
  const { files, remove } = ports.documents
  const document = await findDocument(ports, name)
  await stopDocument(ports, name.owner, document)
  await files.remove([document.file_key, document.text_key].filter((key) => key !== null))
  const keys = await callDatabase(() => remove(name))
  if (keys === undefined) throw notFound()
  // Removes files that took the place of the removed ones in the meantime.
  await files.remove(keys)
}
