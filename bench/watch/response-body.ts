import { BenchFailure } from '../failure.ts'

const HEAD_END = Buffer.from('\r\n\r\n')

type Reading =
  | { readonly kind: 'head'; readonly bytes: Buffer }
  | { readonly kind: 'plain' }
  | { readonly kind: 'size'; readonly text: string }
  | { readonly kind: 'data'; readonly left: number }
  | { readonly kind: 'end' }

/** Reads an HTTP/1.1 response from a socket, piece by piece. Returns the pieces of its body. */
export class ResponseBody {
  private reading: Reading = { kind: 'head', bytes: Buffer.alloc(0) }

  take(piece: Buffer): Buffer {
    if (this.reading.kind === 'plain') return piece
    const rest = this.reading.kind === 'head' ? this.readHead(this.reading.bytes, piece) : piece
    return this.reading.kind === 'head' || this.isPlain() ? rest : this.readChunks(rest)
  }

  private isPlain(): boolean {
    return this.reading.kind === 'plain'
  }

  private readHead(before: Buffer, piece: Buffer): Buffer {
    const bytes = Buffer.concat([before, piece])
    const end = bytes.indexOf(HEAD_END)
    if (end === -1) {
      this.reading = { kind: 'head', bytes }
      return Buffer.alloc(0)
    }
    const head = bytes.toString('latin1', 0, end)
    if (!head.startsWith('HTTP/1.1 200 '))
      throw new BenchFailure(`a watcher got the answer ${head.split('\r\n')[0]}`)
    const chunked = /^transfer-encoding: *chunked$/im.test(head)
    this.reading = chunked ? { kind: 'size', text: '' } : { kind: 'plain' }
    return bytes.subarray(end + HEAD_END.length)
  }

  private readChunks(piece: Buffer): Buffer {
    const data: Buffer[] = []
    for (let at = 0; at < piece.length && this.reading.kind !== 'end';) {
      if (this.reading.kind === 'data') {
        const { left } = this.reading
        data.push(piece.subarray(at, Math.min(at + left, piece.length)))
        at += Math.min(left, piece.length - at)
        const remaining = left - (data.at(-1)?.length ?? 0)
        this.reading =
          remaining > 0 ? { kind: 'data', left: remaining } : { kind: 'size', text: '\r\n' }
        continue
      }
      this.readSize(piece.toString('latin1', at, at + 1))
      at += 1
    }
    return data.length === 1 ? (data[0] ?? piece) : Buffer.concat(data)
  }

  /** Reads a chunk's size, a line in hex. Each size but the first follows the CRLF of the chunk before. */
  private readSize(character: string): void {
    const before = this.reading.kind === 'size' ? this.reading.text : ''
    if (before === '\r\n' && (character === '\r' || character === '\n')) return
    const text = before === '\r\n' ? character : before + character
    if (!text.endsWith('\n')) {
      this.reading = { kind: 'size', text }
      return
    }
    const left = Number.parseInt(text, 16)
    this.reading = left > 0 ? { kind: 'data', left } : { kind: 'end' }
  }
}
