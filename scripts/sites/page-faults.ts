import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setInterval } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'

import { answerBody, answerMissing, answerRedirect } from './answer.ts'
import { htmlBody } from './body.ts'
import type { PageFault } from './fault.ts'
import { page } from './html.ts'

type Broken = {
  readonly response: ServerResponse
  /** The address of the page itself. */
  readonly url: URL
  /** Ends an answer that waits between two bytes. */
  readonly closing: AbortSignal
}

const HTML = { 'content-type': 'text/html; charset=utf-8' }
const BOMB_BYTES = 64 * 1024 * 1024

/** 64 MB of zeros, which gzip packs into 64 KB when a request first needs them. */
let bomb: Uint8Array | undefined

/** Answers a request for a posting's page as the fault says. */
export function answerBrokenPage(
  fault: Exclude<PageFault, 'page-no-jsonld'>,
  { response, url, closing }: Broken,
): Promise<void> | void {
  switch (fault) {
    case 'page-404':
      return answerMissing(response)
    case 'page-500':
      return answerBody(response, 500, htmlBody(page('Error', '<h1>Told to fail</h1>')))
    case 'page-loop':
      return answerRedirect(response, url.pathname + url.search)
    case 'page-bomb':
      bomb ??= gzipSync(Buffer.alloc(BOMB_BYTES))
      response.writeHead(200, { ...HTML, 'content-encoding': 'gzip' }).end(bomb)
      return undefined
    case 'page-drip':
      response.writeHead(200, HTML)
      return pour(drip(closing), response)
    case 'page-endless':
      response.writeHead(200, HTML)
      return pour(spaces(), response)
  }
}

/** Sends chunks until the reader leaves or the connection is closed, because they never end by themselves. */
async function pour(
  chunks: AsyncIterable<string> | Iterable<string>,
  response: ServerResponse,
): Promise<void> {
  try {
    await pipeline(Readable.from(chunks), response)
  } catch {
    response.destroy()
  }
}

async function* drip(signal: AbortSignal): AsyncGenerator<string> {
  yield ' '
  for await (const _ of setInterval(1_000, undefined, { signal })) yield ' '
}

function* spaces(): Generator<string> {
  const block = ' '.repeat(64 * 1024)
  for (;;) yield block
}
