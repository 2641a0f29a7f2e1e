import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'

import { Backend } from './neon/backend.ts'
import { failureOf, type Reply } from './neon/failure.ts'
import { beginStatement, NeonRequest } from './neon/request.ts'

export type NeonEndpointOptions = {
  /** The Postgres that stands behind. */
  readonly database_url: string
  /** What callers must send as `Neon-Connection-String`; `database_url` when left out. */
  readonly connection_string?: string
  /** At most so many connections to Postgres at once; 10 when left out. */
  readonly connections?: number
}

export type NeonEndpoint = {
  /** Where statements are posted: `http://127.0.0.1:<port>/sql`. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Speaks Neon's HTTP protocol in front of any Postgres, on a free loopback port.
 *
 * `POST /sql` takes `{query, params}` or, as one transaction, `{queries}`, and answers as Neon does
 * with `Neon-Raw-Text-Output` and `Neon-Array-Mode` on. The connection string is the key: no page
 * in a browser knows it, and a request with an Origin is refused whatever it holds.
 */
export async function startNeonEndpoint(options: NeonEndpointOptions): Promise<NeonEndpoint> {
  const { database_url, connection_string = database_url, connections = 10 } = options
  const backend = new Backend({ database_url, connections })
  const key = comparable(connection_string)
  const server = createServer((request, response) => {
    void answer({ backend, key, request, response }).then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) => {
        const { status, body } = failureOf(error)
        send(response, status, body)
      },
    )
  })
  // The Worker keeps a connection for as long as it likes; closing one under it costs a statement.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${portOf(server.address())}/sql`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await backend.close()
    },
  }
}

type Exchange = {
  readonly backend: Backend
  readonly key: string
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function answer({ backend, key, request, response }: Exchange): Promise<Reply> {
  if (request.url !== '/sql' || request.method !== 'POST')
    return { status: 404, body: { message: 'statements are posted to /sql' } }
  if (!isAllowed(request, key))
    return {
      status: 403,
      body: { message: 'this needs the Neon-Connection-String of its database' },
    }

  const body = NeonRequest.parse(await json(request))
  const wanted = () => !response.destroyed
  if (!('queries' in body)) return { status: 200, body: await backend.run(body, wanted) }
  const begin = beginStatement(request.headers)
  return { status: 200, body: { results: await backend.runAll(begin, body.queries, wanted) } }
}

function isAllowed(request: IncomingMessage, key: string): boolean {
  const given = request.headers['neon-connection-string']
  return (
    request.headers.origin === undefined && typeof given === 'string' && comparable(given) === key
  )
}

/** The driver writes a connection string anew and adds the name of its application. */
function comparable(connection_string: string): string {
  const url = URL.parse(connection_string.replace(/^postgres(ql)?:/, 'http:'))
  if (url === null) return ''
  url.searchParams.delete('application_name')
  return url.href
}

function send(response: ServerResponse, status: number, body: object | undefined): void {
  if (response.destroyed) return
  const text = Buffer.from(JSON.stringify(body))
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': text.byteLength,
  })
  response.end(text)
}

function portOf(address: ReturnType<Server['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}
