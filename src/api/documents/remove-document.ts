import { callDatabase } from '../database-call.ts'
import type { ApiPorts } from '../ports.ts'
import { notFound } from '../problem.ts'
import type { DocumentName } from './document-name.ts'
import { findDocument, stopDocument } from './live-document.ts'

/** What is gone of a document. */
export type RemovedDocument = {
  readonly document_id: string
  readonly removed: readonly ['file', 'text', 'chunks', 'embeddings']
}

/**
 * Stops what is being done with a document, and removes all of it. Its row goes after the files that
 * it names: should this break off in between, the next one finds what is left.
 */
export async function removeDocument(
  ports: ApiPorts,
  name: DocumentName,
): Promise<RemovedDocument> {
  const { files, remove } = ports.documents
  const document = await findDocument(ports, name)
  await stopDocument(ports, name.owner, document)
  await files.remove([document.file_key, document.text_key].filter((key) => key !== null))
  const keys = await callDatabase(() => remove(name))
  if (keys === undefined) throw notFound()
  // What came in its place in the meantime.
  await files.remove(keys)
  return { document_id: name.document_id, removed: ['file', 'text', 'chunks', 'embeddings'] }
}
