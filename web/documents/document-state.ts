import type { DocumentView } from '../../src/protocol/document.ts'
import type { JobDetail } from '../../src/protocol/events.ts'
import type { JobStatus } from '../../src/protocol/status.ts'
import { capital, count, countOf } from '../parts/words.ts'

/** A document's status and step, from the stored document or from its run. */
export type ShownState = Pick<JobDetail, 'progress' | 'message' | 'error'> & {
  readonly status: JobStatus
}

/** The percentages of the whole work at which each step begins and ends. */
const SPANS: Readonly<Partial<Record<JobStatus, readonly [number, number]>>> = {
  extracting: [0, 60],
  chunking: [60, 65],
  embedding: [65, 90],
  indexing: [90, 100],
}

/** Converts the current step's percentage into one of the whole work, so that the bar never goes back. */
export function percentOfAll({ status, progress = 0 }: ShownState): number {
  const [from, to] = SPANS[status] ?? [0, 0]
  return Math.floor(from + ((to - from) * progress) / 100)
}

/** Names the message that a document is attached to. */
export function attachedWords({ parent }: Pick<DocumentView, 'parent'>): string {
  return parent === undefined ? '' : `In “${parent.name}”`
}

/** Says what the job does, or what the indexed document has. */
export function doingWords(
  document: DocumentView,
  { status, progress, message }: ShownState,
): string {
  switch (status) {
    case 'pending':
      return 'Waiting for its turn'
    case 'ready':
      return contentWords(document)
    case 'failed':
    case 'skipped':
    case 'aborted':
      return ''
    default:
      return [progress === undefined ? '' : `${count(Math.floor(progress))} %`, message]
        .filter(Boolean)
        .join(' · ')
  }
}

function contentWords({ content, kind, notices = [] }: DocumentView): string {
  if (content === undefined) return 'Can be searched'
  const { pages, chunks, language } = content
  return [
    pageWords(kind, pages),
    language === 'simple' ? '' : capital(language),
    countOf(chunks, 'passage'),
    notices.length === 0 ? '' : countOf(notices.length, 'notice'),
  ]
    .filter(Boolean)
    .join(' · ')
}

function pageWords(kind: DocumentView['kind'], pages: number): string {
  if (kind === 'pptx' || kind === 'odp') return countOf(pages, 'slide')
  return kind === 'pdf' ? countOf(pages, 'page') : ''
}
