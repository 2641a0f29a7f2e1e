import { Hono } from 'hono'

import { progressOf } from '../../protocol/document-progress.ts'
import type { UploadedDocument } from '../../protocol/document.ts'
import type { Owner } from '../../protocol/ids.ts'
import type { JobStatus } from '../../protocol/status.ts'
import type { ApiEnv } from '../env.ts'
import type { ApiPorts } from '../ports.ts'
import { ProblemError } from '../problem.ts'
import { sideBySide } from '../side-by-side.ts'
import { type DocumentName, nameIn } from './document-name.ts'
import { liveDocument } from './live-document.ts'
import { uploadDocuments } from './upload.ts'

/** Where documents go whose uploader knows of no matters. */
const USUAL_MATTER = 'Uploads'
/** One upload may hold hundreds of known documents, and a request has six connections. */
const AT_ONCE = 4

/** The routes of the earlier system, for clients that were written for it. */
export function earlierRoutes(ports: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()

  app.post('/upload', async (c) => {
    const { run_id, documents } = await uploadDocuments(ports, c, USUAL_MATTER)
    const owner = c.get('owner')
    const show = (one: UploadedDocument) => showUploaded(ports, owner, one)
    const shown = await sideBySide(documents, show, AT_ONCE)
    return c.json({ ...shown[0], run_id, documents: shown }, 202)
  })

  app.get('/:document_id/status', async (c) => {
    const document = await liveDocument(ports, nameIn(c))
    const { document_id, name, error } = document
    const processing_status = progressOf(document).status
    return c.json({ document_id, name, processing_status, error: error?.message ?? null })
  })
  return app
}

/** What is known already may have come to its end long ago. */
async function showUploaded(
  ports: ApiPorts,
  owner: Owner,
  { document_id, name, known, error }: UploadedDocument,
) {
  if (error !== undefined) return { document_id, name, processing_status: 'FAILED' }
  const status = known ? await statusOf(ports, { owner, document_id }) : 'pending'
  return { document_id, name, processing_status: progressOf({ status }).status }
}

/** A stored document that is damaged takes none of the upload's others with it. */
async function statusOf(ports: ApiPorts, name: DocumentName): Promise<JobStatus> {
  try {
    return (await liveDocument(ports, name)).status
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'damaged') return 'failed'
    throw error
  }
}
