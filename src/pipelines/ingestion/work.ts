import type { Json } from '../../protocol/json.ts'
import type { UnchangedResult } from '../../protocol/posting.ts'
import type { Failure } from '../../protocol/status.ts'
import type { WorkPorts, WorkResult, WorkTask } from '../pipeline.ts'
import { crawl, NO_CONTENT } from './crawl.ts'
import { extract } from './extract.ts'
import type { ListedPosting } from './listed.ts'
import { Payload, PlannedPosting } from './payload.ts'
import { digestOf, READER_VERSION } from './posting-digest.ts'

type ListedTask = Extract<Payload, { kind: 'listed' }>

/** Makes one posting from the listing if the listing holds the content, or else from the posting's page. */
export async function work(task: Pick<WorkTask, 'payload'>, ports: WorkPorts): Promise<WorkResult> {
  const payload = Payload.parse(task.payload)
  switch (payload.kind) {
    case 'unchanged':
      return { kind: 'ready', result: unchangedIn(payload.visit) }
    case 'listed':
      return readListed(payload, ports)
    case 'page':
      return crawl(payload, ports)
  }
}

function unchangedIn(visit: number): UnchangedResult {
  return { visit, unchanged: true }
}

async function readListed(
  { blob, index, visit, keep }: ListedTask,
  ports: WorkPorts,
): Promise<WorkResult> {
  const item = itemAt(await ports.blobs.get(blob), index)
  if (!item) return { kind: 'failed', failure: BLOB_MISSING }
  const { digest: planned, ...listed } = item
  const posting = extract(listed)
  if (!posting && (listed.url !== '' || listed.detail))
    return crawl({ listed, visit, known: null }, ports)
  ports.step('extracting', { message: 'Making the posting from the job list.' })
  if (!posting) return { kind: 'failed', failure: NO_CONTENT }
  // Without a digest, the next visit reads the posting again: the values that stay are not those of the item.
  const made = keep ? { keep } : { digest: await ownDigest(listed, planned) }
  return { kind: 'ready', result: { visit, posting, page: null, ...made } }
}

/** Takes the plan's digest, unless a version with another reader planned. */
function ownDigest(listed: ListedPosting, planned: PlannedPosting['digest']): Promise<string> {
  return planned?.reader === READER_VERSION ? Promise.resolve(planned.sha256) : digestOf(listed)
}

const BLOB_MISSING: Failure = {
  code: 'blob_missing',
  message: 'The part of the job list with this posting is no longer stored.',
  retryable: true,
}

/** Checks only the job's own item: each of the blob's jobs would check all of them again. */
function itemAt(page: Json | undefined, index: number): PlannedPosting | undefined {
  return Array.isArray(page) ? PlannedPosting.safeParse(page[index]).data : undefined
}
