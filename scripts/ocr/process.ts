import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

import { z } from 'zod'

import { endWithParent, tellParent } from '../parent.ts'
import { Recogniser } from './recogniser.ts'

/**
 * The process of the text recognition. It answers on a free loopback port, one file after another, as
 * `src/pipelines/documents/ocr/http-ocr.ts` asks.
 */
const Asked = z.object({
  media_type: z.enum([
    'application/pdf',
    'image/png',
    'image/jpeg',
    'image/tiff',
    'image/gif',
    'image/webp',
  ]),
  pages: z
    .string()
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(z.int().positive())),
})

const recogniser = new Recogniser()
let before: Promise<void> = Promise.resolve()

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { searchParams } = new URL(request.url ?? '', 'http://ocr')
  const asked = Asked.safeParse({
    media_type: request.headers['content-type'],
    pages: searchParams.get('pages') ?? '',
  })
  if (!asked.success) {
    response.writeHead(400).end()
    return
  }
  const bytes = new Uint8Array(await buffer(request))
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  response.flushHeaders()
  for await (const page of recogniser.read({ bytes, ...asked.data })) {
    if (response.destroyed) return
    response.write(`${JSON.stringify(page)}\n`)
  }
  response.end()
}

const server = createServer((request, response) => {
  before = before
    .then(() => answer(request, response))
    // A file that cannot be drawn ends its own answer alone.
    .catch((error: unknown) => {
      console.error(`text recognition: ${String(error)}`)
      response.destroy()
    })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
endWithParent(() => process.exit(0))
const address = server.address()
if (address === null || typeof address === 'string') throw new TypeError('no port')
tellParent({ ready: `127.0.0.1:${address.port}` })
