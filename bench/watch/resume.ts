import { createParser, type EventSourceMessage } from 'eventsource-parser'

import { BenchFailure } from '../failure.ts'
import { STEP_PATH } from './routes.ts'
import { createRun, streamPath } from './runcast.ts'
import { lastId } from './shown.ts'
import type { WorkerHost } from './worker-host.ts'

const JOBS = 10_000
const LIMIT_MS = 20_000

/** The number of jobs in one flight. */
const CHANGED = 100

/** The text of a changed job's status. */
const SHOWN = ':"crawling"'

/**
 * The cost of a resume after 100 of 10,000 jobs changed: the bytes of its body, and those of the first
 * connection.
 */
export type Resume = {
  readonly jobs: number
  readonly changed: number
  readonly bytes: number
  readonly full_bytes: number
}

export async function measureResume(host: WorkerHost): Promise<Resume> {
  const run_id = await createRun(host, JOBS)
  const path = streamPath(run_id)
  const full = await readUntil(host, path, { text: `"${lastId(JOBS)}"` })
  await host.call(STEP_PATH, { body: { run_id } })
  const diff = await readUntil(host, path, { text: SHOWN, cursor: full.id })
  const changed = diff.text.split(SHOWN).length - 1
  if (changed !== CHANGED)
    throw new BenchFailure(`a resume showed ${changed} of ${CHANGED} changed jobs`)
  return { jobs: JOBS, changed, bytes: diff.bytes, full_bytes: full.bytes }
}

/** Reads a stream until the text has come, and an id after it. */
async function readUntil(
  { origin, token }: WorkerHost,
  path: string,
  { text: wanted, cursor }: { readonly text: string; readonly cursor?: string },
) {
  const resuming = cursor === undefined ? {} : { 'last-event-id': cursor }
  const headers = { authorization: `Bearer ${token}`, ...resuming }
  const signal = AbortSignal.timeout(LIMIT_MS)
  const response = await fetch(origin + path, { headers, signal })
  if (!response.ok || response.body === null)
    throw new BenchFailure(`a stream answered ${response.status}`)
  let id: string | undefined
  let text = ''
  let bytes = 0
  const see = (event: EventSourceMessage) => {
    if (text.includes(wanted)) id ??= event.id
  }
  const parser = createParser({ onEvent: see })
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    bytes += Buffer.byteLength(chunk)
    text += chunk
    parser.feed(chunk)
    if (id !== undefined) return { id, text, bytes }
  }
  throw new BenchFailure('a stream ended before its cursor')
}
