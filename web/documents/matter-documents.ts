import { DocumentPage, type DocumentView } from '../../src/protocol/document.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { RunView } from '../../src/protocol/run.ts'
import { isTerminalJob, isTerminalRun } from '../../src/protocol/terminal.ts'
import { request } from '../request.ts'

/** As many documents as one page of the list has at most. */
export const STEP = 200

/** A matter's documents as they were when they were asked for. */
export type MatterDocuments = {
  readonly documents: readonly DocumentView[]
  readonly more: boolean
  /** Runs that have something to show: all others are told by what was stored. */
  readonly followed: ReadonlySet<RunId>
  /** Those of them that had not ended. */
  readonly going: ReadonlySet<RunId>
}

/** The newest documents of a matter, by name where they came together. */
export async function readMatter(matter: string, most: number): Promise<MatterDocuments> {
  const documents: DocumentView[] = []
  let cursor: string | null = null
  do {
    const page: DocumentPage = await readPage(matter, cursor)
    documents.push(...page.documents)
    cursor = page.next_cursor
  } while (cursor !== null && documents.length < most)
  const going = await goingRuns(documents)
  const open = documents.filter(({ status }) => !isTerminalJob(status))
  const followed = new Set([...going, ...runsOf(open)])
  return { documents: documents.toSorted(byTimeAndName), more: cursor !== null, followed, going }
}

function readPage(matter: string, cursor: string | null): Promise<DocumentPage> {
  const from = cursor === null ? {} : { cursor }
  const query = new URLSearchParams({ matter, limit: String(STEP), ...from })
  return request(`/api/documents?${query}`, DocumentPage)
}

/** What is stored of a failure may be older than a retry, so that the runs themselves are asked. */
async function goingRuns(documents: readonly DocumentView[]): Promise<ReadonlySet<RunId>> {
  const runs = [...runsOf(documents.filter(({ status }) => status !== 'ready'))]
  const asked = await Promise.allSettled(
    runs.map((run_id) => request(`/api/runs/${run_id}`, RunView)),
  )
  // A run that cannot be read is shown as stored: the documents of all others are wanted anyway.
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
