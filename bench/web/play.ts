import { once } from 'node:events'
import { createServer, type IncomingMessage, request as ask, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'

import type { Workplace } from '../workplace.ts'
import { type PlayedRun, RUN_ID } from './played-run.ts'

/**
 * Serves a played run over HTTP, and passes all other requests on to the stack. Returns the origin. A redirection of
 * Playwright would turn off the browser's cache, and a person's second visit has one.
 */
export async function play(workplace: Workplace, run: PlayedRun, stack: string): Promise<string> {
  const server = createServer((request, answer) => {
    const path = new URL(request.url ?? '/', 'http://played').pathname
    if (path === `/api/runs/${RUN_ID}/stream`) {
      answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
      answer.on(
        'close',
        run.watch((text) => answer.write(text)),
      )
    } else if (path === `/api/runs/${RUN_ID}`) sendJson(answer, run.view())
    else if (path === `/api/runs/${RUN_ID}/logs`) sendJson(answer, run.log())
    else if (path === `/api/runs/${RUN_ID}/events`) {
      // The poll beside the first stream is left open: the stream has already answered.
    } else if (path.startsWith(`/api/runs/${RUN_ID}/`)) answer.writeHead(404).end()
    else passOn(stack, request, answer)
  })
  server.on('upgrade', (request, socket) => passOnSocket(stack, request, socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  workplace.atEnd(async () => {
    run.stop()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

function sendJson(answer: ServerResponse, body: object): void {
  answer.writeHead(200, { 'content-type': 'application/json' })
  answer.end(JSON.stringify(body))
}

function passOn(stack: string, request: IncomingMessage, answer: ServerResponse): void {
  const { method, headers, url = '/' } = request
  const passed = ask(`${stack}${url}`, { method, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers)
    response.pipe(answer)
  })
  passed.on('error', () => answer.destroy())
  answer.on('close', () => passed.destroy())
  request.pipe(passed)
}

function passOnSocket(stack: string, request: IncomingMessage, socket: Duplex): void {
  const { hostname, port } = new URL(stack)
  const passed = connect(Number(port), hostname)
  const lines = request.rawHeaders.flatMap((name, at, all) =>
    at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : [],
  )
  passed.write([`GET ${request.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'))
  passed.on('error', () => socket.destroy()).on('close', () => socket.destroy())
  socket.on('error', () => passed.destroy()).on('close', () => passed.destroy())
  passed.pipe(socket).pipe(passed)
}
