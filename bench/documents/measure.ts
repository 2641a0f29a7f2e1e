import { z } from 'zod'

import { DocumentView, SearchPage } from '../../src/protocol/document.ts'
import { BenchFailure } from '../failure.ts'
import type { Partner } from '../partner.ts'
import { type CpuSeconds, cpuSeconds, cpuSince, workerProcess } from '../processes.ts'
import type { Load } from './files.ts'
import { follow, type Followed } from './follow.ts'
import { type Access, upload } from './upload.ts'

/**
 * The times of one upload, in milliseconds since its last byte was sent, and the script's time for the same
 * files.
 */
export type Round = {
  readonly load: string
  readonly pages: number
  readonly answered_ms: number
  /** The times at which the stream showed work on the first and on the last document. */
  readonly moved_ms: number
  readonly all_moved_ms: number
  readonly first_ms: number
  readonly all_ms: number
  /** The fewest times that the stream showed progress of a document that was read. */
  readonly least_shown: number
  readonly peak_mb: number
  /**
   * The processor time of each process, from the beginning of the upload until all documents are
   * searchable.
   */
  readonly cpu_s: CpuSeconds
  readonly peer: Peer
}

const Peer = z.object({ pages: z.int(), ms: z.number(), peak_mb: z.number() })
type Peer = z.infer<typeof Peer>

const PEER_MS = 300_000

/** Runcast, and the script that it is compared with. */
export type Sides = { readonly access: Access; readonly peer: Partner }

export async function measureRound(
  { access, peer }: Sides,
  { name, paths }: Load,
  matter: string,
): Promise<Round> {
  const worker = workerProcess()
  worker.resetPeak()
  const before = cpuSeconds()
  const { views, times, sent, answered } = await uploadAndFollow(access, { matter, paths })
  const cpu_s = cpuSince(before)
  const { peak_mb } = worker.memory()
  if (views.every(({ content }) => content === undefined))
    throw new BenchFailure(`nothing of ${name} was read`)
  await checkFound(access, matter)
  const moved = times.map((one) => (one.moved ?? Number.NaN) - sent)
  const ended = times.map((one) => (one.ended ?? Number.NaN) - sent)
  return {
    load: name,
    pages: views.reduce((sum, { content }) => sum + (content?.pages ?? 0), 0),
    answered_ms: answered - sent,
    moved_ms: Math.min(...moved),
    all_moved_ms: Math.max(...moved),
    first_ms: Math.min(...ended),
    all_ms: Math.max(...ended),
    least_shown: Math.min(...times.map(({ shown }) => shown)),
    peak_mb,
    cpu_s,
    peer: await peer.ask({ paths }, Peer, PEER_MS),
  }
}

/** The result of a file that was uploaded alone, and the time that it took. */
export type Single = {
  readonly view: DocumentView
  readonly moved_ms: number
  readonly ms: number
}

export async function measureSingle(access: Access, path: string, matter: string): Promise<Single> {
  const { views, times, sent } = await uploadAndFollow(access, { matter, paths: [path] })
  const [view] = views
  const [time] = times
  if (!view || time?.ended === undefined) throw new BenchFailure(`${path} has no end`)
  return { view, moved_ms: (time.moved ?? time.ended) - sent, ms: time.ended - sent }
}

async function uploadAndFollow(access: Access, files: Parameters<typeof upload>[1]) {
  const { uploaded, sent, answered } = await upload(access, files)
  const followed = await follow(access, uploaded.run_id)
  const times = uploaded.documents.map(({ document_id }) => timeOf(followed, document_id))
  const views: DocumentView[] = []
  for (const { document_id } of uploaded.documents)
    views.push(DocumentView.parse(await get(access, `/api/documents/${document_id}`)))
  return { sent, answered, times, views }
}

function timeOf(followed: ReadonlyMap<string, Followed>, document_id: string): Followed {
  const time = followed.get(document_id)
  if (time?.ended === undefined) throw new BenchFailure(`${document_id} was not shown at its end`)
  return time
}

/** Checks that a search finds the documents that are shown as ready. */
async function checkFound(access: Access, matter: string): Promise<void> {
  const query = new URLSearchParams({ matter, q: 'agreement' })
  const { hits } = SearchPage.parse(await get(access, `/api/search?${query}`))
  if (hits.length === 0) throw new BenchFailure(`nothing of ${matter} is found`)
}

async function get({ origin, token }: Access, path: string): Promise<unknown> {
  const response = await fetch(origin + path, { headers: { authorization: `Bearer ${token}` } })
  if (!response.ok) throw new BenchFailure(`${path} was answered ${response.status}`)
  return response.json()
}
