import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'

import { Child } from '../start/child.ts'

export type OcrEndpoint = {
  /** The variables of the Worker that reach the endpoint. */
  readonly access: { readonly OCR_URL: string; readonly OCR_TOKEN: string }
  readonly close: () => Promise<void>
}

/**
 * The text recognition of `npm start`, on a free loopback port. Its process needs 300 MB, so it starts with the first
 * file. The token is the key, since any page in a browser can post to loopback.
 */
export async function startOcrEndpoint(report: (line: string) => void): Promise<OcrEndpoint> {
  const token = randomBytes(16).toString('hex')
  const child = new Child({
    name: 'the text recognition',
    script: join(import.meta.dirname, 'process.ts'),
    args: () => [],
    report,
  })
  let started: Promise<string> | undefined
  const server = createServer((request, response) => {
    if (request.method !== 'POST' || request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(403).end()
      return
    }
    started ??= child.start()
    void started.then(
      () => pass(child.address ?? '', request, response),
      () => {
        started = undefined
        response.destroy()
      },
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    access: { OCR_URL: `http://127.0.0.1:${port}/`, OCR_TOKEN: token },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await child.stop()
    },
  }
}

/** Passes a request on to the process, and its answer back. Either side's end ends the other. */
function pass(address: string, request: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = request
  const passed = ask(`http://${address}${url ?? '/'}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
    answer.once('error', () => response.destroy())
  })
  passed.once('error', () => response.destroy())
  response.once('close', () => passed.destroy())
  request.pipe(passed)
}
