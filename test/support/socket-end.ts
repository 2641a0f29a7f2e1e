import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const TEXT = 0x1
const CLOSE = 0x8

/** The server's end of a WebSocket (RFC 6455), with short texts and closes, which tests need. */
export class SocketEnd {
  readonly received: string[] = []
  /** Called with each text. */
  onText: (text: string) => void = () => {}
  readonly #stream: Duplex
  #pending = Buffer.alloc(0)

  constructor(request: IncomingMessage, stream: Duplex) {
    this.#stream = stream
    const key = request.headers['sec-websocket-key'] ?? ''
    const accept = createHash('sha1').update(`${key}${MAGIC}`).digest('base64')
    const head = ['HTTP/1.1 101 Switching Protocols', 'upgrade: websocket', 'connection: upgrade']
    stream.write(`${[...head, `sec-websocket-accept: ${accept}`].join('\r\n')}\r\n\r\n`)
    stream.on('data', (bytes: Buffer) => this.#read(bytes))
    stream.on('error', () => stream.destroy())
  }

  send(text: string): void {
    this.#write(TEXT, Buffer.from(text))
  }

  close(code: number): void {
    const payload = Buffer.alloc(2)
    payload.writeUInt16BE(code)
    this.#write(CLOSE, payload)
    this.#stream.end()
  }

  /** Ends the connection without a close frame, as when the network breaks. */
  cut(): void {
    this.#stream.destroy()
  }

  #write(opcode: number, payload: Buffer): void {
    if (this.#stream.destroyed) return
    const head = payload.length < 126 ? Buffer.alloc(2) : Buffer.alloc(10)
    head[0] = 0x80 | opcode
    head[1] = Math.min(payload.length, 127)
    if (payload.length >= 126) {
      head[1] = 127
      head.writeBigUInt64BE(BigInt(payload.length), 2)
    }
    this.#stream.write(Buffer.concat([head, payload]))
  }

  /** A client's frames are masked. These are short ones. */
  #read(bytes: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, bytes])
    while (this.#pending.length >= 6) {
      const length = (this.#pending[1] ?? 0) & 0x7f
      if (this.#pending.length < 6 + length) return
      const mask = this.#pending.subarray(2, 6)
      const payload = this.#pending
        .subarray(6, 6 + length)
        .map((one, i) => one ^ (mask[i % 4] ?? 0))
      const opcode = (this.#pending[0] ?? 0) & 0xf
      this.#pending = this.#pending.subarray(6 + length)
      this.#take(opcode, Buffer.from(payload).toString())
    }
  }

  #take(opcode: number, text: string): void {
    if (opcode === CLOSE) this.#stream.end()
    if (opcode !== TEXT) return
    this.received.push(text)
    this.onText(text)
  }
}
