import { createServer } from 'node:http'

import type { JWK } from 'jose'

export type KeyServer = {
  readonly url: string
  /** Returns the number of requests for the keys. */
  readonly asked: () => number
  /** Sets the answer: 200 gives the keys, any other status gives nothing. */
  readonly answerWith: (status: number) => void
  readonly close: () => Promise<void>
}

/** Starts a key server on loopback. */
export async function startKeyServer(keys: readonly JWK[]): Promise<KeyServer> {
  let asked = 0
  let status = 200
  const server = createServer((_request, response) => {
    asked += 1
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(status === 200 ? JSON.stringify({ keys }) : undefined)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port was opened')
  return {
    url: `http://127.0.0.1:${address.port}/jwks.json`,
    asked: () => asked,
    answerWith: (next) => {
      status = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
