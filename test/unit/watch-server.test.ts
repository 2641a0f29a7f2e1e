import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

import { expect, test } from 'vitest'

import { serve } from '../support/serve.ts'
import type { WatchServer } from '../support/watch-server.ts'

/** A client that asks for a socket, and resets its connection as soon as the server has taken the request. */
async function resetAfterUpgrade(server: WatchServer): Promise<void> {
  const client: Socket = connect(Number(new URL(server.origin).port), '127.0.0.1')
  client.on('error', () => client.destroy())
  await once(client, 'connect')
  client.write(
    'GET /api/runs/r/socket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  )
  await server.until(() => server.open === 1)
  client.resetAndDestroy()
  await server.until(() => server.open === 0)
}

test.each([
  ['refused', () => 502],
  ['left unanswered', () => undefined],
])('a client that resets an upgrade that was %s breaks nothing', async (_, socket) => {
  const server = await serve({ socket })
  await resetAfterUpgrade(server)
  expect(server.open).toBe(0)
})
