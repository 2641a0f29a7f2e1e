import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'

import { Backend } from './neon/backend.ts'
import { failureOf, type Reply } from './neon/failure.ts'
import { beginStatement, NeonRequest } from './neon/request.ts'

export type NeonEndpointOptions = {
  /** The address of the Postgres behind the endpoint. */
  readonly database_url: string
  /** The text that callers must send as `Neon-Connection-String`. `database_url` by default. */
  readonly connection_string?: string
  /** The most connections to Postgres at a time. 10 by default. */
  readonly connections?: number
}

export type NeonEndpoint = {
  /** The address to which statements are posted: `http://127.0.0.1:<port>/sql`. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Speaks Neon's HTTP protocol in front of any Postgres, on a free loopback port. `POST /sql` takes `{query,
 * params}`, or `{queries}` for one transaction. It answers as Neon does with `Neon-Raw-Text-Output` and
 * `Neon-Array-Mode` on. The connection string is the key: no page in a browser knows it. The endpoint also
 * refuses every request with an Origin.
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
  // The Worker keeps its connections open. If the endpoint closed an idle one, the next statement could
  // fail.
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

/**
 * Removes what Neon's driver changes in a connection string: it rewrites the string and adds the
 * application's name.
 */
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
