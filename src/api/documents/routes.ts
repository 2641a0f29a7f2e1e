import { z } from 'zod'

import {
  DocumentId,
  DocumentPage,
  ChunkPage,
  DocumentView,
  Uploaded,
} from '../../protocol/document.ts'
import { RunId } from '../../protocol/ids.ts'
import { Reason } from '../../protocol/status.ts'
import { givenText } from '../../protocol/text.ts'
import { readPage } from '../calls.ts'
import type { AddRoute } from '../contract/add-route.ts'
import { type Contract, json, optionalJsonBody, other, reply } from '../contract/contract.ts'
import { DocumentPath, pageOf, StartHeaders } from '../contract/parameters.ts'
import type { ApiPorts } from '../ports.ts'
import { invalidInput, notFound } from '../problem.ts'
import { citationRoutes } from './citation.ts'
import { embedAnew, EmbedBody } from './embed-anew.ts'
import { sendFile } from './file.ts'
import { documentForGuest } from './guest-view.ts'
import { findDocument, liveDocument, removeDocument } from './live-document.ts'
import { groupOf, matterInQuery } from './matter-scope.ts'
import { shownName } from './put-files.ts'
import { replaceFile } from './replace-file.ts'
import { retryDocument, unlockDocument } from './retry-document.ts'
import { uploadContract, uploadDocuments } from './upload.ts'

const common = { tag: 'Documents', access: 'owner' } as const
const ofOne = { ...common, params: DocumentPath } as const
/** The holder of a watch token for the document's matter may read the document too. */
const readable = { ...ofOne, access: 'visitor' } as const

const uploaded = {
  ...uploadContract,
  tag: 'Documents',
  route: 'POST /api/documents',
  summary: 'Uploads documents to a matter, and starts a run that reads them.',
  description:
    'A form with files and a field `matter` (the name of a matter, which is made if there is none) or `matter_id`: PDF, DOCX, XLSX, PPTX, OpenDocument, EPUB, RTF, CSV, mail (EML, MSG), PNG, JPEG, TIFF, GIF, WebP, HTML, XML, Markdown or text. The content of a file decides its kind. The files of a ZIP, and what is attached to a message, are documents too.',
  answers: { 202: json(Uploaded, 'The run, and the document of each file.', 'Location') },
} as const satisfies Contract

const listed = {
  ...common,
  access: 'visitor',
  route: 'GET /api/documents',
  summary: 'Lists the documents of the caller, the newest first.',
  query: z.object({
    ...matterInQuery,
    ...pageOf({ normal: 50, max: 200 }),
  }),
  answers: { 200: json(DocumentPage, 'A page of documents, from Postgres.') },
  problems: ['not-found'],
} as const satisfies Contract

/**
 * For the owner alone. Who is sent a link reads until the link ends, and takes along the single files that they need. A copy
 * of the whole matter by one click would make the end of the link worth nothing.
 */
const exported = {
  ...common,
  route: 'GET /api/documents/export',
  summary: 'Downloads a matter as one ZIP: its files, its texts as Markdown, and an index as CSV.',
  query: z.object(matterInQuery),
  answers: { 200: other('The ZIP, which is made while it is sent.', 'application/zip') },
  problems: ['not-found', 'too-large'],
} as const satisfies Contract

const embedded = {
  ...common,
  route: 'POST /api/documents/embed',
  summary: 'Starts a run that embeds the documents of another model than the current one again.',
  headers: StartHeaders,
  body: optionalJsonBody(EmbedBody, { matter: 'Smith' }),
  answers: {
    200: json(z.object({ documents: z.int(), left: z.int() }), 'No document needs to be embedded.'),
    202: json(
      z.object({ run_id: RunId, documents: z.int(), left: z.int() }),
      'The run, the number of its documents, and the number left for another run.',
      'Location',
    ),
  },
  problems: ['not-found', 'quota-exceeded', 'key-reused', 'deleted', 'not-configured'],
} as const satisfies Contract

const read = {
  ...readable,
  route: 'GET /api/documents/:document_id',
  summary: 'Reads the current state of a document.',
  answers: { 200: json(DocumentView, 'The document.') },
  problems: ['damaged'],
} as const satisfies Contract

const PARTS = ['file', 'text', 'chunks', 'embeddings'] as const

const removed = {
  ...ofOne,
  route: 'DELETE /api/documents/:document_id',
  summary: 'Removes a document. Its job is aborted first.',
  answers: {
    200: json(
      z.object({ document_id: DocumentId, removed: z.array(z.enum(PARTS)) }),
      'The removed parts of the document.',
    ),
  },
} as const satisfies Contract

const fileSent = {
  ...readable,
  route: 'GET /api/documents/:document_id/file',
  summary: 'Downloads the file of a document.',
  description: 'The answer is an attachment with the bytes that were uploaded.',
  answers: { 200: other('The bytes of the file.', 'application/octet-stream') },
} as const satisfies Contract

const fileReplaced = {
  ...ofOne,
  route: 'PUT /api/documents/:document_id/file',
  summary: 'Replaces the file of a document, and starts to read the new file.',
  description:
    'What is attached to a message becomes documents, as in an upload. 409 if another document of the matter has these bytes, and 422 for a ZIP, which holds several documents.',
  query: z.object({
    name: z
      .string()
      .transform(shownName)
      .exactOptional()
      .meta({ description: 'The name of the file.', examples: ['lease.txt'] }),
  }),
  body: { kind: 'bytes', example: 'The lease.' },
  answers: {
    202: json(
      z.object({ document_id: DocumentId, run_id: RunId, error: Reason.exactOptional() }),
      'The run that reads the file, or why the file cannot be read.',
    ),
  },
  problems: ['exists', 'quota-exceeded', 'storage-full', 'not-configured'],
} as const satisfies Contract

const chunks = {
  ...readable,
  route: 'GET /api/documents/:document_id/chunks',
  summary: 'Lists the pieces of the text of a document that a search can find now.',
  query: z.object(pageOf({ normal: 50, max: 200 })),
  answers: { 200: json(ChunkPage, 'A page of pieces.') },
} as const satisfies Contract

const retried = {
  ...ofOne,
  route: 'POST /api/documents/:document_id/retry',
  summary: 'Reads a document again. A password opens a protected file. The password is not stored.',
  body: optionalJsonBody(z.strictObject({ password: givenText(1_000).exactOptional() }), {}),
  answers: {
    202: json(
      z.object({ document_id: DocumentId, run_id: RunId }),
      'The run that reads the document.',
    ),
  },
  problems: ['damaged', 'not-configured'],
} as const satisfies Contract

/** Adds the routes of the caller's documents. */
export function documentRoutes(add: AddRoute, ports: ApiPorts): void {
  routesOfMany(add, ports)
  routesOfOne(add, ports)
}

function routesOfMany(add: AddRoute, ports: ApiPorts): void {
  const { documents } = ports

  add(uploaded, async ({ owner, headers, query }, c) => {
    const made = await uploadDocuments(ports, { owner, headers, query, request: c.req.raw })
    return reply(202, made, { location: `/api/runs/${made.run_id}` })
  })

  add(listed, async ({ owner, query: { cursor, limit, ...named } }, c) => {
    const matter = await groupOf(ports, owner, named)
    const page = await readPage(() => documents.list({ owner, matter, cursor, limit }))
    if (!c.get('is_guest')) return reply(200, page)
    return reply(200, { ...page, documents: page.documents.map(documentForGuest) })
  })

  add(embedded, async ({ owner, headers, body }) => {
    const answer = await embedAnew(ports, { owner, headers }, body)
    if (answer.kind === 'nothing') return reply(200, { documents: 0, left: 0 })
    const { run_id, documents: count, left } = answer
    return reply(202, { run_id, documents: count, left }, { location: `/api/runs/${run_id}` })
  })

  add(exported, async ({ owner, query }) => {
    const matter = await groupOf(ports, owner, query)
    if (matter === undefined) throw invalidInput([{ path: 'matter_id', message: 'is missing' }])
    const { exportMatter } = await import('./matter-export.ts')
    return exportMatter(ports, { owner, matter })
  })
}

function routesOfOne(add: AddRoute, ports: ApiPorts): void {
  const { documents } = ports

  add(read, async ({ owner, params }, c) => {
    const document = await liveDocument(ports, { owner, ...params })
    return reply(200, c.get('is_guest') ? documentForGuest(document) : document)
  })

  citationRoutes(add, ports)

  add(removed, async ({ owner, params }) => {
    await removeDocument(ports, { owner, ...params })
    return reply(200, { ...params, removed: [...PARTS] })
  })

  add(fileSent, ({ owner, params }) => sendFile(ports, { owner, ...params }))

  add(fileReplaced, async ({ owner, params, query: { name } }, c) => {
    const given = { request: c.req.raw, name }
    return reply(202, await replaceFile(ports, { owner, ...params }, given))
  })

  add(chunks, async ({ owner, params, query }) => {
    const list = async () => {
      const found = await documents.chunks({ ...query, owner, ...params })
      if (found === undefined) throw notFound()
      return found
    }
    return reply(200, await readPage(list))
  })

  add(retried, async ({ owner, params, body: { password } }, c) => {
    const name = { owner, ...params }
    const { signal } = c.req.raw
    if (password !== undefined) await unlockDocument(ports, name, { password, signal })
    const run_id = await retryDocument(ports, owner, await findDocument(ports, name))
    return reply(202, { ...params, run_id })
  })
}
