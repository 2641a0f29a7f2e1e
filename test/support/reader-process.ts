import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Holds so many raw connections to a stream, and reads them until somebody kills the process. */
const [port = '', count = '', request = ''] = process.argv.slice(2)

/** Returns when the connection's full state has come. */
async function open(): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: Number(port) })
  socket.write(request)
  for (let text = ''; !/\nid: /.test(text);) {
    const [piece]: unknown[] = await once(socket, 'data')
    text += String(piece)
  }
  return socket
}

const sockets = await Promise.all(Array.from({ length: Number(count) }, open))
for (const socket of sockets) socket.resume().on('error', () => socket.destroy())
process.send?.('connected')
