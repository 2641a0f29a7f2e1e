import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGzip, gzipSync } from 'node:zlib'

import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The origin of the hostile server. */
    hostile: string
  }
}

/** The size of an unpacked bomb. */
const BOMB_BYTES = 200 * 1024 * 1024
const MEGABYTE = new Uint8Array(1024 * 1024)

export type Hostile = { readonly origin: string; close(): Promise<void> }

/** Starts the hostile server for the duration of the suite. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const hostile = await startHostile()
  project.provide('hostile', hostile.origin)
  return () => hostile.close()
}

/**
 * Starts a server on 127.0.0.1 that answers in a different bad way on each path. `/closed?<path>` answers
 * when a client has dropped the next answer of that path, with the number of bytes written.
 */
export async function startHostile(): Promise<Hostile> {
  let bomb: Promise<Buffer> | undefined
  const closed = new Map<string, PromiseWithResolvers<number>>()
  const ending = (path: string): PromiseWithResolvers<number> => {
    const found = closed.get(path) ?? Promise.withResolvers<number>()
    closed.set(path, found)
    return found
  }
  const server = createServer((request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?')
    if (path === '/closed') {
      return void tell(ending(query).promise, response).then(() => closed.delete(query))
    }
    const before = response.socket?.bytesWritten ?? 0
    response.on('close', () => {
      if (!response.writableFinished) ending(path).resolve(request.socket.bytesWritten - before)
    })
    if (path === '/bomb') {
      bomb ??= makeBomb()
      return void bomb.then((bytes) => gzipped(response, bytes))
    }
    answer({ request, response, query: decodeURIComponent(query) }, path)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('no port')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: async () => {
      const over = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await over
    },
  }
}

type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly query: string
}

function answer({ request, response, query }: Exchange, path: string): void {
  switch (path) {
    case '/headers':
      return void response.end(JSON.stringify(request.headers))
    case '/to':
      return void response.writeHead(302, { location: query }).end('moved')
    case '/count': {
      const left = Number(query)
      if (left === 0) return void response.end('there')
      return void response.writeHead(307, { location: `/count?${left - 1}` }).end()
    }
    case '/slow': {
      const left = Number(query)
      const redirect = { location: `/slow?${left - 1}` }
      const timer = setTimeout(
        () => response.writeHead(left === 0 ? 200 : 307, redirect).end(),
        100,
      )
      return void response.on('close', () => clearTimeout(timer))
    }
    case '/ping':
      return void response.writeHead(301, { location: '/pong' }).end()
    case '/pong':
      return void response.writeHead(308, { location: '/ping#again' }).end()
    case '/never':
      return
    case '/drip':
      return drip(response)
    case '/endless':
      response.writeHead(200)
      return pour(response)
    case '/declared':
      response.writeHead(200, { 'content-length': 64 * 1024 * 1024 })
      return pour(response)
    case '/endless-redirect':
      response.writeHead(302, { location: '/headers' })
      return pour(response)
    case '/zipped':
      return gzipped(response, gzipSync(query.repeat(1000)))
    case '/corrupt':
      return gzipped(
        response,
        Buffer.concat([gzipSync('a').subarray(0, 10), Buffer.alloc(40, 0xff)]),
      )
    case '/truncated':
      return gzipped(response, gzipSync('a'.repeat(1000)).subarray(0, -10))
    case '/cut':
      response.writeHead(200, { 'content-length': 1000 })
      return void response.write('half', () => response.destroy())
    case '/reset':
      return void response.destroy()
    case '/status':
      return void response.writeHead(Number(query), { 'retry-after': '120' }).end('no')
    default:
      return void response.end(`this is ${path}`)
  }
}

async function tell(bytes: Promise<number>, response: ServerResponse): Promise<void> {
  response.end(String(await bytes))
}

function gzipped(response: ServerResponse, bytes: Buffer): void {
  response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes)
}

/** Sends a byte every 20 ms and never ends. */
function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write('.'), 20)
  response.on('close', () => clearInterval(timer))
}

/** Sends as much as the client takes, and never ends. */
function pour(response: ServerResponse): void {
  const more = (): void => {
    while (!response.destroyed && response.write(MEGABYTE));
  }
  response.on('drain', more)
  more()
}

function makeBomb(): Promise<Buffer> {
  const zeros = Array.from({ length: BOMB_BYTES / MEGABYTE.byteLength }, () => MEGABYTE)
  return buffer(Readable.from(zeros).pipe(createGzip({ level: 1 })))
}
