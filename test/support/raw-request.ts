import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

type Asked = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export type RawAnswer = {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** Sends a request exactly as given. `fetch` would normalise the path, and would set Host and Origin itself. */
export async function askRaw(origin: string, path: string, asked: Asked = {}): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin)
  const { method = 'GET', headers = {}, body } = asked
  const sent = request({ hostname, port, path, method, headers, agent: false })
  sent.end(body)
  // An upgraded connection has no body, and is closed at once.
  const answered = Promise.race([once(sent, 'response'), once(sent, 'upgrade')])
  const [answer]: IncomingMessage[] = await answered
  if (answer === undefined) throw new Error('no answer came')
  const upgraded = answer.statusCode === 101
  if (upgraded) answer.socket.destroy()
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    text: upgraded ? '' : await text(answer),
  }
}

/** The headers with which a client opens a WebSocket. */
export const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
}
