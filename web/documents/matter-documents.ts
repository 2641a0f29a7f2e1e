import { DocumentPage, type DocumentView } from '../../src/protocol/document.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { RunView } from '../../src/protocol/run.ts'
import { isTerminalJob, isTerminalRun } from '../../src/protocol/terminal.ts'
import { request } from '../wire/request.ts'
import type { NamedIn } from './matter.ts'

/** The most documents on one page of the list. */
export const STEP = 200

/** A matter's documents at the time of the request. */
export type MatterDocuments = {
  readonly documents: readonly DocumentView[]
  readonly more: boolean
  /** The runs that the page follows. It shows the documents of other runs from the stored state. */
  readonly followed: ReadonlySet<RunId>
  /** The followed runs that had not ended. */
  readonly going: ReadonlySet<RunId>
}

/** Reads the newest documents of a matter, and finds the runs that the page follows. */
export async function readDocuments(named: NamedIn, most: number): Promise<MatterDocuments> {
  const read = await listDocuments(named, most)
  const going = await goingRuns(read.documents)
  const open = read.documents.filter(({ status }) => !isTerminalJob(status))
  const followed = new Set([...going, ...runsOf(open)])
  return { ...read, followed, going }
}

/** Reads the newest documents of a matter. Sorts the documents of one upload by name. */
export async function listDocuments(
  named: NamedIn,
  most: number,
): Promise<Pick<MatterDocuments, 'documents' | 'more'>> {
  const documents: DocumentView[] = []
  let cursor: string | null = null
  do {
    const page: DocumentPage = await readPage(named, cursor)
    documents.push(...page.documents)
    cursor = page.next_cursor
  } while (cursor !== null && documents.length < most)
  return { documents: documents.toSorted(byTimeAndName), more: cursor !== null }
}

function readPage(named: NamedIn, cursor: string | null): Promise<DocumentPage> {
  const from = cursor === null ? {} : { cursor }
  const query = new URLSearchParams({ ...named, limit: String(STEP), ...from })
  return request(`/api/documents?${query}`, DocumentPage)
}

/**
 * Finds the runs that go on. Asks the runs of all documents that are not ready, because a stored failure may be
 * older than a retry.
 */
async function goingRuns(documents: readonly DocumentView[]): Promise<ReadonlySet<RunId>> {
  const runs = [...runsOf(documents.filter(({ status }) => status !== 'ready'))]
  const asked = await Promise.allSettled(
    runs.map((run_id) => request(`/api/runs/${run_id}`, RunView)),
  )
  // If one run cannot be read, the page shows its documents from the stored state.
  const found = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  return new Set(found.flatMap(({ run_id, status }) => (isTerminalRun(status) ? [] : [run_id])))
}

function runsOf(documents: readonly DocumentView[]): Set<RunId> {
  return new Set(documents.map(({ run_id }) => run_id))
}

function byTimeAndName(one: DocumentView, other: DocumentView): number {
  if (one.created_at !== other.created_at) return one.created_at < other.created_at ? 1 : -1
  return one.name.localeCompare(other.name, undefined, { numeric: true })
}
