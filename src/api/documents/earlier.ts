import { type Context, Hono } from 'hono'
import { z } from 'zod'

import { progressOf, ProcessingStatus } from '../../protocol/document-progress.ts'
import { DocumentId, type UploadedDocument } from '../../protocol/document.ts'
import { type Owner, RunId } from '../../protocol/ids.ts'
import type { JobStatus } from '../../protocol/status.ts'
import { isTerminalJob } from '../../protocol/terminal.ts'
import { sideBySide } from '../calls.ts'
import { type AddRoute, type Guards, routesOf } from '../contract/add-route.ts'
import { type Asked, type Contract, emptyReply, json, reply } from '../contract/contract.ts'
import { DocumentPath } from '../contract/parameters.ts'
import type { DocumentName } from '../document-ports.ts'
import type { ApiPorts } from '../ports.ts'
import { ProblemError } from '../problem.ts'
import type { RequestContext } from '../request-context.ts'
import { openWatch, grantHeaders } from '../watch-run.ts'
import { onlyGet, STREAM_ANSWERS, STREAM_HEADERS, streamError } from '../watching.ts'
import { liveDocument } from './live-document.ts'
import { endedProgress, progressStream, SEEN_END } from './progress-stream.ts'
import { uploadContract, uploadDocuments } from './upload.ts'

const common = { tag: 'Earlier system' } as const

/** The matter of an upload that names none: clients of the earlier system know no matters. */
const USUAL_MATTER = 'Uploads'
/**
 * How many documents are read at a time. An upload may have hundreds of known documents, and Cloudflare gives a
 * request six connections.
 */
const AT_ONCE = 4

const Shown = z.object({
  document_id: DocumentId,
  name: z.string(),
  processing_status: ProcessingStatus,
})

const uploaded = {
  ...common,
  ...uploadContract,
  route: 'POST /documents/upload',
  summary: 'Uploads documents. An upload without a matter goes to the matter `Uploads`.',
  answers: {
    202: json(
      Shown.partial().extend({ run_id: RunId, documents: z.array(Shown) }),
      'The first document, the run, and all documents.',
    ),
  },
} as const satisfies Contract

const status = {
  ...common,
  access: 'owner',
  route: 'GET /documents/:document_id/status',
  summary: 'Reads the processing status of a document.',
  params: DocumentPath,
  answers: {
    200: json(Shown.extend({ error: z.string().nullable() }), 'The status of the document.'),
  },
  problems: ['damaged'],
} as const satisfies Contract

const progress = {
  ...common,
  access: 'subscriber',
  route: 'GET /progress/documents/:document_id/stream',
  summary: 'Follows one document over an event stream of unnamed messages.',
  params: DocumentPath,
  headers: z.object({
    'Last-Event-ID': z
      .string()
      .transform((id) => id === SEEN_END)
      .default(false)
      .meta({ description: '`end`: the client has seen the last message.', examples: ['end'] }),
  }),
  answers: STREAM_ANSWERS,
  problems: ['removed', 'damaged'],
} as const satisfies Contract

/** Adds the earlier system's routes of documents, for clients that were written for it. */
export function earlierRoutes(add: AddRoute, ports: ApiPorts): void {
  add(uploaded, async ({ owner, headers, query }, c) => {
    const sender = { owner, headers, query, request: c.req.raw, usual_matter: USUAL_MATTER }
    const { run_id, documents } = await uploadDocuments(ports, sender)
    const show = (one: UploadedDocument) => showUploaded(ports, owner, one)
    const shown = await sideBySide(documents, show, AT_ONCE)
    return reply(202, { ...shown[0], run_id, documents: shown })
  })

  add(status, async ({ owner, params }) => {
    const document = await liveDocument(ports, { owner, ...params })
    const { document_id, name, error } = document
    const processing_status = progressOf(document).status
    return reply(200, { document_id, name, processing_status, error: error?.message ?? null })
  })
}

/** The stream of one document: unnamed messages, the first with the current state. */
export function progressRoutes(ports: ApiPorts, guards: Guards): Hono<RequestContext> {
  const app = new Hono<RequestContext>()
  routesOf(app, guards)(progress, async (asked, c) => stream(ports, asked, c))
  app.onError((error, c) => streamError(ports, c, error))
  return app
}

async function stream(ports: ApiPorts, asked: Asked<typeof progress>, c: Context<RequestContext>) {
  if (c.req.method === 'HEAD') throw onlyGet()
  const grant = c.get('grant')
  const document = await liveDocument(ports, { owner: grant.owner, ...asked.params })
  if (isTerminalJob(document.status)) {
    if (asked.headers['Last-Event-ID']) return emptyReply(204)
    return new Response(endedProgress(document, Date.now), { headers: STREAM_HEADERS })
  }
  const headers = grantHeaders(grant)
  const { signal } = c.req.raw
  const request = () => new Request('https://run/stream?lean=1&detail=1', { headers, signal })
  const { body } = await openWatch(ports, { run_id: document.run_id, owner: grant.owner }, request)
  const messages = body && progressStream(body, document, Date.now)
  return new Response(messages, { headers: STREAM_HEADERS })
}

/**
 * Answers one document of an upload. A document that the matter already had may have ended long ago, so its
 * status is read.
 */
async function showUploaded(
  ports: ApiPorts,
  owner: Owner,
  { document_id, name, known, error }: UploadedDocument,
): Promise<z.output<typeof Shown>> {
  if (error !== undefined) return { document_id, name, processing_status: 'FAILED' }
  const now = known ? await statusOf(ports, { owner, document_id }) : 'pending'
  return { document_id, name, processing_status: progressOf({ status: now }).status }
}

/**
 * Reads the status of a document. A damaged one counts as failed, so that the upload's other documents are
 * answered.
 */
async function statusOf(ports: ApiPorts, name: DocumentName): Promise<JobStatus> {
  try {
    return (await liveDocument(ports, name)).status
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'damaged') return 'failed'
    throw error
  }
}
