import { createParser } from 'eventsource-parser'

import type { Api } from './api.ts'
import { BenchFailure } from './failure.ts'

/** One watcher's bytes as they came, and the bytes of its events' data by the event's name. */
export type Watched = { readonly bytes: number; readonly data_bytes: Record<string, number> }

/**
 * Reads a run's stream to its end. Parses the bytes only afterwards, so that a watcher costs little during
 * the run.
 */
export async function watch(api: Api, path: string, signal: AbortSignal): Promise<Watched> {
  const chunks: Uint8Array[] = []
  for await (const chunk of await api.stream(path, signal)) chunks.push(chunk)
  const text = Buffer.concat(chunks)
  const { data_bytes, status } = readEvents(text.toString())
  if (status !== 'finished')
    throw new BenchFailure(`a watcher's stream ended with the status ${status}`)
  return { bytes: text.byteLength, data_bytes }
}

function readEvents(text: string) {
  const data_bytes: Record<string, number> = {}
  let status = 'unknown'
  const parser = createParser({
    onEvent({ event = 'message', data }) {
      data_bytes[event] = (data_bytes[event] ?? 0) + Buffer.byteLength(data)
      if (event === 'status') status = data
    },
  })
  parser.feed(text)
  return { data_bytes, status }
}
