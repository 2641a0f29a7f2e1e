import { z } from 'zod'

import type { Json } from '../../protocol/json.ts'
import type { WorkPorts, WorkResult, WorkTask } from '../pipeline.ts'
import { extract } from './extract.ts'
import { Listed } from './listed.ts'

/** What a job carries of its plan: where its posting was put aside, and in which visit. */
const Payload = z.object({ blob: z.string(), index: z.int(), visit: z.int() })

/** One posting out of its listing's page; its own page is not fetched. */
export async function work(
  task: Pick<WorkTask, 'payload'>,
  ports: Pick<WorkPorts, 'blobs' | 'step'>,
): Promise<WorkResult> {
  const { blob, index, visit } = Payload.parse(task.payload)
  const listed = itemAt(await ports.blobs.get(blob), index)
  if (!listed) return failed('blob_missing', 'The page of the listing that was put aside is gone.')
  ports.step('extracting')
  const posting = extract(listed)
  if (!posting) return failed('no_content', NO_CONTENT)
  return { kind: 'ready', result: { visit, posting } }
}

const NO_CONTENT =
  'The listing holds no content for this posting, and crawling its page is not there yet.'

/** Only the one item is checked: the page is read by each of its hundred jobs. */
function itemAt(page: Json | undefined, index: number): Listed | undefined {
  return Array.isArray(page) ? Listed.safeParse(page[index]).data : undefined
}

function failed(code: 'blob_missing' | 'no_content', message: string): WorkResult {
  return { kind: 'failed', failure: { code, message, retryable: code === 'blob_missing' } }
}
