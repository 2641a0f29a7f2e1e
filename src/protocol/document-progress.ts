import { z } from 'zod'

import { DocumentId } from './document.ts'
import type { JobDetail } from './events.ts'
import type { JobStatus } from './status.ts'

/** The statuses of a document in the words of the earlier system. */
export const ProcessingStatus = z.enum(['PENDING', 'EXTRACTED', 'INDEXED', 'FAILED'])

/** One unnamed message of `GET /progress/documents/:id/stream`. The time is ISO 8601. */
export const ProgressMessage = z.object({
  document_id: DocumentId,
  status: ProcessingStatus,
  step: z.enum(['extraction', 'chunking', 'embedding', 'complete']),
  progress: z.number(),
  message: z.string(),
  timestamp: z.string(),
})
export type ProgressMessage = z.infer<typeof ProgressMessage>

/** The part of a document's job from which the document's progress is computed. */
export type DocumentJob = {
  readonly status: JobStatus
  readonly detail?: Pick<JobDetail, 'progress' | 'message' | 'error'> | undefined
}

type ProgressOfJob = Pick<ProgressMessage, 'status' | 'step' | 'progress' | 'message'>
type JobPhase = Pick<ProgressOfJob, 'status' | 'step' | 'message'>

const READING: JobPhase = { status: 'PENDING', step: 'extraction', message: 'Reading the document' }
const INDEXING: JobPhase = {
  status: 'EXTRACTED',
  step: 'embedding',
  message: 'Indexing the document',
}
const ENDED: JobPhase = { status: 'FAILED', step: 'complete', message: 'Stopped' }

const PHASES: Readonly<Partial<Record<JobStatus, JobPhase>>> = {
  pending: { status: 'PENDING', step: 'extraction', message: 'Waiting' },
  crawling: READING,
  extracting: READING,
  chunking: { status: 'EXTRACTED', step: 'chunking', message: 'Dividing the text' },
  embedding: INDEXING,
  indexing: INDEXING,
  ready: { status: 'INDEXED', step: 'complete', message: 'Ready' },
  failed: ENDED,
  skipped: ENDED,
  aborted: ENDED,
}

/** Translates a job's status into the words of the earlier system. */
export function progressOf({ status, detail }: DocumentJob): ProgressOfJob {
  const phase = PHASES[status] ?? READING
  const progress = status === 'ready' ? 100 : (detail?.progress ?? 0)
  const message = detail?.error?.message ?? detail?.message ?? phase.message
  return { ...phase, progress, message }
}
