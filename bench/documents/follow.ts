import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { z } from 'zod'

import { BenchFailure } from '../failure.ts'
import type { Access } from './upload.ts'

/**
 * When the stream first showed that work on a document went on, when it showed its end, and how often it
 * showed progress.
 */
export type Followed = { moved?: number; ended?: number; shown: number }

const Rows = z.array(z.object({ external_id: z.string(), status: z.string() }))
const Listed = z.record(z.string(), Rows)
const Changed = z.record(z.string(), z.record(z.string(), z.string()))
const Detailed = z.record(z.string(), z.record(z.string(), z.unknown()))

const ENDED = new Set(['ready', 'failed', 'skipped', 'aborted'])
const FOLLOW_MS = 300_000

/** Watches a run to its end like any client, and notes the times of what it shows. */
export async function follow(access: Access, run_id: string): Promise<Map<string, Followed>> {
  const documents = new Map<string, Followed>()
  const response = await fetch(`${access.origin}/api/runs/${run_id}/stream?with=detail`, {
    headers: { authorization: `Bearer ${access.token}` },
    signal: AbortSignal.timeout(FOLLOW_MS),
  })
  if (response.body === null || !response.ok)
    throw new BenchFailure(`the stream was answered ${response.status}`)
  const parser = createParser({ onEvent: (event) => take(event, documents) })
  const text = response.body.pipeThrough(new TextDecoderStream())
  for await (const part of text) parser.feed(part)
  return documents
}

function take({ event, data }: EventSourceMessage, documents: Map<string, Followed>): void {
  const now = performance.now()
  const noteAll = (rows: Iterable<readonly [string, string]>) => {
    for (const [id, status] of rows) note(of(documents, id), status, now)
  }
  if (event === 'all_jobs') {
    const rows = Object.values(Listed.parse(JSON.parse(data))).flat()
    noteAll(rows.map(({ external_id, status }) => [external_id, status]))
  } else if (event === 'update') {
    noteAll(Object.values(Changed.parse(JSON.parse(data))).flatMap(Object.entries<string>))
  } else if (event === 'detail') {
    const groups = Object.values(Detailed.parse(JSON.parse(data)))
    for (const id of groups.flatMap(Object.keys)) of(documents, id).shown++
  }
}

function of(documents: Map<string, Followed>, id: string): Followed {
  const known = documents.get(id) ?? { shown: 0 }
  documents.set(id, known)
  return known
}

function note(document: Followed, status: string, now: number): void {
  if (status !== 'pending') document.moved ??= now
  if (ENDED.has(status)) document.ended ??= now
}
