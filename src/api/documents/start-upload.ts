import { describeError } from '../../log.ts'
import type { DocumentId, Matter, Uploaded, UploadedDocument } from '../../protocol/document.ts'
import type { Owner, RunId } from '../../protocol/ids.ts'
import { callDatabase } from '../database-call.ts'
import type { AddedDocument, NewDocument } from '../document-ports.ts'
import type { ApiPorts } from '../ports.ts'
import { launchRun } from '../start.ts'
import { keysOf } from './put-file.ts'

/** What came with one upload, and the run that is to read it. */
type Upload = {
  readonly owner: Owner
  readonly run_id: RunId
  readonly matter: Matter
  readonly documents: readonly NewDocument[]
}

/** Stores what an upload brought and starts its run; where either fails, Postgres has none of it. */
export async function startUpload(ports: ApiPorts, upload: Upload): Promise<Uploaded> {
  const { run_id, matter, documents } = upload
  try {
    const added = await callDatabase(() => ports.documents.add(upload))
    await ports.documents.files.remove(keysOf(documents.filter((_, i) => added[i]?.known)))
    const shown = showAdded(upload, added)
    await launch(ports, upload, shown)
    return { run_id, matter, documents: shown }
  } catch (error) {
    await takeBack(ports, upload)
    throw error
  }
}

/** What is this run's own was not known, also when the same upload comes again under its key. */
function showAdded(
  { run_id, documents }: Upload,
  added: readonly AddedDocument[],
): UploadedDocument[] {
  const own = new Set<DocumentId>()
  return documents.map(({ name, refused }, i) => {
    const { document_id, run_id: run } = added[i] ?? missing()
    const known = run !== run_id || own.has(document_id)
    own.add(document_id)
    return { document_id, name, known, ...(refused === null ? {} : { error: refused }) }
  })
}

/** A repeat has the same documents of this run's: others under its key would wait in it for ever. */
async function launch(
  ports: ApiPorts,
  { owner, run_id, matter, documents }: Upload,
  shown: readonly UploadedDocument[],
): Promise<void> {
  const fresh = shown.filter(({ known }) => !known)
  const input = { matter, documents: fresh.map(({ document_id, name }) => ({ document_id, name })) }
  const files = documents.map(({ name, sha256 }) => ({ name, sha256 }))
  await launchRun(ports, { owner, run_id, pipeline: 'documents', input, body: { input, files } })
}

/** Also after an answer that was lost on its way. Why it came to this is what the caller hears of. */
async function takeBack(ports: ApiPorts, { owner, documents }: Upload): Promise<void> {
  const document_ids = documents.map(({ document_id }) => document_id)
  try {
    await ports.documents.withdraw({ owner, document_ids })
  } catch (error) {
    const told = { document_ids, error: describeError(error) }
    ports.log('error', 'documents of a broken upload could not be taken back', told)
  }
}

function missing(): never {
  throw new RangeError('a document that was added is not there')
}
