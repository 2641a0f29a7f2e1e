import type { DocumentHandle, NewDocument } from '../../db/documents.ts'
import { describeError } from '../../log.ts'
import type { RunId } from '../../protocol/ids.ts'
import { bodyChunks, type BodyRules, requirePlain } from '../body-chunks.ts'
import { callDatabase } from '../calls.ts'
import type { DocumentName } from '../document-ports.ts'
import type { ApiPorts } from '../ports.ts'
import { invalidInput, notFound, ProblemError } from '../problem.ts'
import { takeQuota } from '../quotas.ts'
import { findDocument, stopDocument } from './live-document.ts'
import { bytesOf, keysOf, UploadedFiles } from './put-files.ts'
import { readTogether, retryDocument } from './retry-document.ts'

type SentFile = { readonly request: Request; readonly name: string | undefined }

/** The new file of a document, and what is attached to it if it is a message. */
type Replacement = { readonly file: NewDocument; readonly attached: readonly NewDocument[] }

/**
 * Replaces the file of a document, and starts to read the new file. What is attached to a new message becomes documents,
 * too. The documents that were attached to the earlier file stay, and are attached to it no longer.
 */
export async function replaceFile(ports: ApiPorts, document: DocumentName, sent: SentFile) {
  requirePlain(sent.request.headers)
  const before = await findDocument(ports, document)
  const given = await storeFiles(ports, before, sent)
  await ports.documents.files.remove(await putInPlace(ports, document, given))
  const { file } = given
  const run_id = await readAnew(ports, { ...before, name: file.name }, { document, given })
  const { document_id } = document
  return { document_id, run_id, ...(file.refused === null ? {} : { error: file.refused }) }
}

/** Stores the new file, and the files that are attached to it. If this fails, removes them again. */
async function storeFiles(
  ports: ApiPorts,
  { document_id, name: before }: DocumentHandle,
  { request, name }: SentFile,
): Promise<Replacement> {
  if (request.body === null)
    throw new ProblemError('invalid-form', { detail: 'The body is empty.' })
  const bytes = bodyChunks(request.body, rulesOf(ports))
  const stored: NewDocument[] = []
  try {
    const files = new UploadedFiles(ports.documents)
    for await (const one of files.put({ name: name ?? before, bytes }, document_id)) {
      stored.push(one)
      if (stored[0]?.document_id !== document_id) throw severalFiles()
    }
    const [file, ...attached] = stored
    if (file === undefined) throw severalFiles()
    return { file, attached }
  } catch (error) {
    await ports.documents.files.remove(keysOf(stored))
    throw error
  }
}

/**
 * Makes the stored file the document's. Returns the keys of the replaced files. If this fails, removes all that was
 * stored.
 */
async function putInPlace(
  ports: ApiPorts,
  name: DocumentName,
  { file, attached }: Replacement,
): Promise<readonly string[]> {
  const { files, replace } = ports.documents
  const given = [file, ...attached]
  try {
    await takeQuota(ports, name.owner, { ask: bytesOf(given) })
    const replaced = await callDatabase(() => replace(name, file))
    if (replaced === undefined) throw notFound()
    if (replaced === 'known') throw knownFile()
    return replaced
  } catch (error) {
    await files.remove(keysOf(given))
    throw error
  }
}

type Replaced = { readonly document: DocumentName; readonly given: Replacement }

/**
 * Stops the job of the earlier file, and has the new file read, and what is attached to it by the same run. If this
 * fails, nothing that was attached stays: a repeat adds it again.
 */
async function readAnew(
  ports: ApiPorts,
  before: DocumentHandle,
  { document: { owner }, given: { file, attached } }: Replaced,
): Promise<RunId> {
  try {
    await stopDocument(ports, owner, before)
    if (attached.length === 0) return await retryDocument(ports, owner, before)
    const run_id = await ports.run_ids.make()
    const given = { owner, matter: before.group, run_id, documents: [file, ...attached] }
    const [, ...added] = await callDatabase(() => ports.documents.add(given))
    await ports.documents.files.remove(keysOf(attached.filter((_, at) => added[at]?.known)))
    const fresh = attached.filter((_, at) => added[at]?.known === false)
    if (fresh.length === 0) return await retryDocument(ports, owner, before)
    await readTogether(ports, { owner, run_id }, { document: before, attached: fresh })
    return run_id
  } catch (error) {
    await takeBack(ports, owner, attached)
    throw error
  }
}

/** Removes what was attached. Logs a failure of its own, because the caller hears of the first one. */
async function takeBack(
  ports: ApiPorts,
  owner: DocumentName['owner'],
  attached: readonly NewDocument[],
): Promise<void> {
  const document_ids = attached.map(({ document_id }) => document_id)
  if (document_ids.length === 0) return
  try {
    await ports.documents.withdraw({ owner, document_ids })
    await ports.documents.files.remove(keysOf(attached))
  } catch (error) {
    const told = { document_ids, error: describeError(error) }
    ports.log('error', 'what is attached to a replaced file could not be removed', told)
  }
}

function rulesOf({ documents }: ApiPorts): BodyRules {
  const most = documents.upload.form_bytes
  return {
    most,
    tooLarge: () =>
      new ProblemError('too-large', { detail: `A file may have at most ${most} bytes.` }),
    brokenOff: (cause) =>
      new ProblemError('invalid-form', { detail: 'The body ended before it was complete.', cause }),
  }
}

/** A ZIP is no document: the files in it are. */
function severalFiles(): ProblemError {
  const message =
    'is a ZIP of files, and a document has one file. Unpack the ZIP and send the file, or upload the ZIP to the matter'
  return invalidInput([{ path: 'body', message }])
}

function knownFile(): ProblemError {
  return new ProblemError('exists', {
    detail: 'Another document of this matter already has these bytes.',
  })
}
