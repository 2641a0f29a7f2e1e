import { PING, PONG } from '../protocol/socket.ts'
import type { HostFor } from './archived-endpoint.ts'

/** Sockets of a request, which live as long as it does: nothing hibernates, and a ping is answered here. */
export const plainSockets: HostFor = (sockets) => {
  return {
    open() {
      const { 0: client, 1: server } = new WebSocketPair()
      server.accept()
      server.addEventListener('message', ({ data }) => {
        if (data === PING) server.send(PONG)
        else sockets().message(server, data)
      })
      server.addEventListener('close', () => sockets().closed(server))
      return { socket: server, answer: new Response(null, { status: 101, webSocket: client }) }
    },
    all: () => [],
  }
}
