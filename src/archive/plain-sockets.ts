import { PING, PONG } from '../protocol/socket.ts'
import type { HostFor } from './archived-endpoint.ts'

/** Sockets that live as long as their request. They do not hibernate, so this code answers each ping. */
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
