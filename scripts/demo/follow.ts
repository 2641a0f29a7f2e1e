import { setTimeout as delay } from 'node:timers/promises'

import { EventSourceParserStream } from 'eventsource-parser/stream'

import { RunStatus } from '../../src/protocol/status.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'

/** An event as it came; `data` is its JSON value, for `status` the bare word. */
export type Said = { readonly id?: string; readonly event: string; readonly data: unknown }

type Open = (cursor: string | undefined) => Promise<Response>

const RETRY_MS = 1_000

/**
 * What a run's stream says until its terminal status. When the stream breaks, it is opened again
 * from the last cursor; nothing is asked for in between.
 */
export async function* follow(open: Open): AsyncGenerator<Said> {
  const place: Place = { cursor: undefined, retry_ms: RETRY_MS }
  for (;;) {
    const response = await open(place.cursor).catch(() => undefined)
    if (response?.status === 204) return
    if (response && !response.ok) throw new Error(`the stream answered ${response.status}`)
    for await (const said of readStream(response, place)) {
      yield said
      if (said.event === 'status' && isTerminalRun(RunStatus.parse(said.data))) return
    }
    await delay(place.retry_ms)
  }
}

type Place = { cursor: string | undefined; retry_ms: number }

/** The events of one connection; that it broke is no error, only its end. */
async function* readStream(response: Response | undefined, place: Place): AsyncGenerator<Said> {
  const onRetry = (ms: number) => (place.retry_ms = ms)
  const events = response?.body
    ?.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ onRetry }))
    .getReader()
  for (;;) {
    const read = await events?.read().catch(() => undefined)
    if (read?.value === undefined) return
    const { id, event = 'message', data } = read.value
    if (id !== undefined) place.cursor = id
    const value: unknown = event === 'status' ? data : JSON.parse(data)
    yield { ...(id === undefined ? {} : { id }), event, data: value }
  }
}
