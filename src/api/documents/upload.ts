import { z } from 'zod'

import type { NewDocument } from '../../db/documents.ts'
import type { MatterPlace } from '../../db/matters.ts'
import { describeError } from '../../log.ts'
import {
  type DocumentId,
  NewMatter,
  type Uploaded,
  type UploadedDocument,
} from '../../protocol/document.ts'
import type { Owner, RunId } from '../../protocol/ids.ts'
import { MatterId } from '../../protocol/matter.ts'
import { callDatabase } from '../calls.ts'
import { type Body, type Contract } from '../contract/contract.ts'
import { MatterPath, StartHeaders } from '../contract/parameters.ts'
import type { AddedDocument, DocumentPorts } from '../document-ports.ts'
import { parseInput } from '../input.ts'
import type { ApiPorts } from '../ports.ts'
import { invalidInput, notFound } from '../problem.ts'
import { launchRun, nameRun, type Starter, takeStart } from '../start.ts'
import { namedGroup, namedTwice } from './matter-scope.ts'
import { readForm } from './multipart.ts'
import { bytesOf, keysOf, UploadedFiles } from './put-files.ts'

/** The query of an upload. It may name the matter if the form does not. */
const UploadQuery = z.object({
  matter: NewMatter.exactOptional().meta({
    description: 'The name of the matter, if no field of the form names the matter.',
    examples: ['Smith'],
  }),
  matter_id: MatterId.exactOptional().meta({
    description: 'The id of the matter, if no field of the form names the matter.',
  }),
})

const form: Body = {
  kind: 'form',
  schema: z.object({
    matter: NewMatter.exactOptional(),
    matter_id: MatterId.exactOptional(),
    files: z.array(z.file()),
  }),
  example: { matter: 'Smith', files: ['lease.txt'] },
}

/** The common part of the contracts of both uploads: `/api/documents`, and the earlier system's. */
export const uploadContract = {
  access: 'owner',
  headers: StartHeaders,
  query: UploadQuery,
  body: form,
  problems: [
    'not-found',
    'quota-exceeded',
    'storage-full',
    'key-reused',
    'deleted',
    'not-configured',
  ],
} as const satisfies Partial<Contract>

type Sender = Starter & {
  readonly query: z.infer<typeof UploadQuery>
  readonly request: Request
  /** The matter of an upload that names none. */
  readonly usual_matter?: string
}

/** Stores the files of a form and starts a run over them. If a step fails, nothing of the upload is kept. */
export async function uploadDocuments(ports: ApiPorts, sender: Sender): Promise<Uploaded> {
  const { owner, headers, query, request, usual_matter } = sender
  const documents: NewDocument[] = []
  try {
    const run_id = await nameRun(ports, { owner, headers })
    const sent = await takeForm(ports.documents, request, documents)
    const given = Object.keys(sent).length > 0 ? sent : query
    const matter = await placed(ports, owner, { usual_matter, ...given })
    return await startUpload(ports, { owner, run_id, matter, documents })
  } catch (error) {
    await ports.documents.files.remove(keysOf(documents))
    throw error
  }
}

type NamedInForm = { readonly matter?: string; readonly matter_id?: string }

/** Finds the matter that an upload names by its id, or finds or makes the one that it names by its name. */
async function placed(
  { documents }: ApiPorts,
  owner: Owner,
  { matter, matter_id, usual_matter }: NamedInForm & { readonly usual_matter: string | undefined },
): Promise<PlacedMatter> {
  if (matter_id === undefined) {
    const name = parseInput(NewMatter, matter ?? usual_matter, ['matter'])
    return callDatabase(() => documents.matters.place(owner, name))
  }
  if (matter !== undefined) throw namedTwice()
  const given = parseInput(MatterPath, { matter_id })
  const found = await callDatabase(() => documents.matters.find(owner, given))
  if (found === undefined) throw notFound()
  return { ...found, made: false }
}

/**
 * Reads the form and stores its files. `kept` gets each stored file, so that the caller knows them if a later
 * part fails.
 */
async function takeForm(
  ports: DocumentPorts,
  request: Request,
  kept: NewDocument[],
): Promise<NamedInForm> {
  const fields: { matter?: string; matter_id?: string } = {}
  const files = new UploadedFiles(ports)
  for await (const part of readForm(request, ports.upload)) {
    if (part.kind === 'file') {
      for await (const document of files.put(part)) kept.push(document)
    } else if (part.name === 'matter' || part.name === 'matter_id') fields[part.name] = part.value
    else throw invalidInput([{ path: part.name.slice(0, 100), message: 'is not known here' }])
  }
  if (kept.length === 0) throw invalidInput([{ path: 'files', message: 'needs at least one file' }])
  return fields
}

/** `made`: the matter was made for the upload. */
type PlacedMatter = MatterPlace & { readonly made: boolean }

/** The documents of one upload, and the run that is to read them. */
type Upload = {
  readonly owner: Owner
  readonly run_id: RunId
  readonly matter: PlacedMatter
  readonly documents: readonly NewDocument[]
}

/**
 * Adds the documents of an upload to Postgres and starts its run. If either fails, Postgres has none of them.
 */
async function startUpload(ports: ApiPorts, upload: Upload): Promise<Uploaded> {
  const { run_id, documents } = upload
  await takeStart(ports, upload, bytesOf(documents))
  const { matter_id, name, group } = upload.matter
  try {
    const added = await callDatabase(() => ports.documents.add({ ...upload, matter: group }))
    await ports.documents.files.remove(keysOf(documents.filter((_, i) => added[i]?.known)))
    const shown = showAdded(upload, added)
    await launch(ports, upload, shown)
    return { run_id, matter_id, matter: name, documents: shown }
  } catch (error) {
    await takeBack(ports, upload)
    throw error
  }
}

/**
 * Tells which documents are new to the matter. A document of this run is new (`known` is false), also when the
 * same upload is repeated with its key. Of two equal files the second is known.
 */
function showAdded(
  { run_id, documents }: Upload,
  added: readonly AddedDocument[],
): UploadedDocument[] {
  const own = new Set<DocumentId>()
  const ids = new Map<DocumentId, DocumentId>()
  return documents.map(({ document_id: given, name, parent, refused }, i) => {
    const { document_id, run_id: run } = added[i] ?? missing()
    const known = run !== run_id || own.has(document_id)
    own.add(document_id)
    // A message comes before what is attached to it.
    ids.set(given, document_id)
    return {
      document_id,
      name,
      known,
      ...(parent === undefined ? {} : { parent: ids.get(parent) ?? missing() }),
      ...(refused === null ? {} : { error: refused }),
    }
  })
}

/**
 * The body of the start has the ids of the run's documents. A repeat has the same ids; other documents under
 * the same key are refused, because they would wait in this run for ever.
 */
async function launch(
  ports: ApiPorts,
  { owner, run_id, matter: { group, name }, documents }: Upload,
  shown: readonly UploadedDocument[],
): Promise<void> {
  const fresh = shown.filter(({ known }) => !known)
  const input = {
    ...namedGroup(group, name),
    documents: fresh.map((one) => ({ document_id: one.document_id, name: one.name })),
  }
  const files = documents.map((file) => ({ name: file.name, sha256: file.sha256 }))
  await launchRun(ports, { owner, run_id, pipeline: 'documents', input, body: { input, files } })
}

/**
 * Removes the documents of a failed upload from Postgres, also if only Postgres's answer was lost. Logs a
 * failure of its own, because the caller hears of the first one.
 */
async function takeBack(ports: ApiPorts, { owner, documents, matter }: Upload): Promise<void> {
  const document_ids = documents.map(({ document_id }) => document_id)
  try {
    const made = matter.made ? matter.matter_id : undefined
    await ports.documents.withdraw({ owner, document_ids, made })
  } catch (error) {
    const told = { document_ids, error: describeError(error) }
    ports.log('error', 'the documents of a failed upload could not be removed', told)
  }
}

function missing(): never {
  throw new RangeError('a document that was added is not there')
}
