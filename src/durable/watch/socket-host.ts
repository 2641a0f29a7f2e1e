import { PING, PONG } from '../../protocol/socket.ts'
import type { SocketHost } from './sockets.ts'

/** The platform's sockets: they stay open while their object hibernates, and the platform answers their pings. */
export function hibernatingSockets(ctx: DurableObjectState): SocketHost {
  return {
    open() {
      const { 0: client, 1: server } = new WebSocketPair()
      ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG))
      ctx.acceptWebSocket(server)
      return { socket: server, answer: new Response(null, { status: 101, webSocket: client }) }
    },
    all: () => ctx.getWebSockets(),
  }
}
