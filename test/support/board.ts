import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

export type Answer = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export type Board = {
  readonly origin: string
  /** The requested paths in order, each with its query. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

function originOf({ headers }: IncomingMessage): string {
  return `http://${headers.host ?? ''}`
}

/**
 * Starts a server on 127.0.0.1 that always answers one body, or the answer that a function makes of the
 * address.
 */
export async function startBoard(
  answer: string | ((url: URL, sent: string, origin: string) => Answer),
): Promise<Board> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    asked.push(path)
    const send = (reply: Answer) => {
      response.writeHead(reply.status ?? 200, { ...reply.headers })
      response.end(reply.body)
    }
    if (typeof answer === 'string') return send({ body: answer })
    const url = new URL(path, 'http://a')
    if (request.method !== 'POST') return send(answer(url, '', originOf(request)))
    text(request).then(
      (sent) => send(answer(url, sent, originOf(request))),
      (error: unknown) => send({ status: 500, body: String(error) }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('no port')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    asked,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
