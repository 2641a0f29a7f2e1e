import { DocumentFailure } from '../../document-failure.ts'

/** A folder of a compound file. */
export type Storage = {
  readonly name: string
  /** Reads a stream of this storage. Returns undefined if there is none of this name. */
  stream(name: string): Uint8Array | undefined
  /** The names of the storage's streams. */
  readonly streams: readonly string[]
  readonly storages: readonly Storage[]
}

type DirectoryEntry = {
  readonly name: string
  readonly kind: number
  readonly left: number
  readonly right: number
  readonly child: number
  readonly start: number
  readonly size: number
}

/** The kinds of entries, and the place of the root among them. */
const STORAGE = 1
const STREAM = 2
const ROOT = 0

/** Numbers of sectors from here on are signs: an end, a free sector, a part of the table. */
const SIGNS = 0xff_ff_ff_f0
const NONE = 0xff_ff_ff_ff

const HEADER_BYTES = 512
const ENTRY_BYTES = 128
/** Streams below this size are in small sectors, within the root's stream. */
const MINI_BELOW = 4_096
const MINI_BYTES = 64
/** The number of the table's sectors that the header itself names. */
const NAMED_IN_HEADER = 109

/**
 * A file of Microsoft's old container format (MS-CFB), whose streams are chains of sectors. Reads a stream when asked
 * for it. Throws a DocumentFailure if a chain is broken or runs in a circle, so that no stream is longer than its file.
 */
export class CompoundFile {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #sector: number
  readonly #next: Uint32Array
  readonly #entries: readonly DirectoryEntry[]
  #mini: { readonly bytes: Uint8Array; readonly next: Uint32Array } | undefined

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (bytes.length < HEADER_BYTES) throw damaged()
    const shift = this.#view.getUint16(30, true)
    if (shift !== 9 && shift !== 12) throw damaged()
    this.#sector = 2 ** shift
    this.#next = this.#table()
    this.#entries = this.#directory()
  }

  get root(): Storage {
    const root = this.#entries[ROOT]
    if (root === undefined) throw damaged()
    return this.#storage(root)
  }

  #storage(of: DirectoryEntry): Storage {
    const found = this.#below(of)
    const streams = found.filter(({ kind }) => kind === STREAM)
    return {
      name: of.name,
      streams: streams.map(({ name }) => name),
      stream: (name) => {
        const entry = streams.find((one) => one.name === name)
        return entry && this.#read(entry)
      },
      storages: found.filter(({ kind }) => kind === STORAGE).map((one) => this.#lazy(one)),
    }
  }

  /** A storage whose own storages are read when somebody asks for them. A circle of them ends nowhere. */
  #lazy(of: DirectoryEntry): Storage {
    let opened: Storage | undefined
    const open = () => (opened ??= this.#storage(of))
    return {
      name: of.name,
      stream: (name) => open().stream(name),
      get streams() {
        return open().streams
      },
      get storages() {
        return open().storages
      },
    }
  }

  /** Lists the entries of a storage in their order: they are a tree of names. */
  #below(storage: DirectoryEntry): DirectoryEntry[] {
    const found: DirectoryEntry[] = []
    const seen = new Set<number>()
    const waiting: number[] = []
    for (let at = storage.child; at !== NONE || waiting.length > 0;) {
      if (at !== NONE) {
        const entry = this.#entries[at]
        if (entry === undefined || seen.has(at)) throw damaged()
        seen.add(at)
        waiting.push(at)
        at = entry.left
      } else {
        const entry = this.#entries[waiting.pop() ?? NONE]
        if (entry === undefined) throw damaged()
        found.push(entry)
        at = entry.right
      }
    }
    return found
  }

  #read({ start, size }: DirectoryEntry): Uint8Array {
    if (size === 0) return new Uint8Array(0)
    if (size >= MINI_BELOW) return cut(this.#chained(start, size), size)
    const { bytes, next } = (this.#mini ??= this.#miniStream())
    const read = new Uint8Array(size)
    let filled = 0
    for (const at of chain(next, start)) {
      if (filled >= size) break
      const piece = bytes.subarray(at * MINI_BYTES, (at + 1) * MINI_BYTES)
      read.set(piece.subarray(0, size - filled), filled)
      filled += piece.length
    }
    if (filled < size) throw damaged()
    return read
  }

  #miniStream() {
    const root = this.#entries[ROOT]
    const start = this.#view.getUint32(60, true)
    const table = this.#chained(start, Infinity)
    const bytes = root === undefined ? new Uint8Array(0) : this.#chained(root.start, root.size)
    return { bytes, next: numbersIn(table) }
  }

  /** Joins the sectors of a chain, at most as many as `size` needs. */
  #chained(start: number, size: number): Uint8Array {
    const sectors: number[] = []
    for (const at of chain(this.#next, start)) {
      if (sectors.length * this.#sector >= size) break
      sectors.push(at)
    }
    const joined = new Uint8Array(sectors.length * this.#sector)
    for (const [n, at] of sectors.entries()) joined.set(this.#sectorAt(at), n * this.#sector)
    return joined
  }

  /** A file may end within its last sector. */
  #sectorAt(n: number): Uint8Array {
    const from = (n + 1) * this.#sector
    if (from >= this.#bytes.length) throw damaged()
    return this.#bytes.subarray(from, from + this.#sector)
  }

  /** Reads the table that names the sector after each sector. The header names the table's own sectors, or where they are named. */
  #table(): Uint32Array {
    const most = Math.ceil(this.#bytes.length / this.#sector)
    const named: number[] = []
    for (let n = 0; n < NAMED_IN_HEADER; n++) named.push(this.#view.getUint32(76 + n * 4, true))
    let more = this.#view.getUint32(68, true)
    for (let read = 0; more < SIGNS && read < most; read++) {
      const numbers = numbersIn(this.#sectorAt(more))
      named.push(...numbers.subarray(0, -1))
      more = numbers.at(-1) ?? NONE
    }
    const sectors = named.filter((one) => one < SIGNS).slice(0, most)
    const table = new Uint8Array(sectors.length * this.#sector)
    for (const [n, at] of sectors.entries()) table.set(this.#sectorAt(at), n * this.#sector)
    // Without a place for a sector that the file does not have, no chain is longer than the file.
    return numbersIn(table).subarray(0, most)
  }

  #directory(): DirectoryEntry[] {
    const bytes = this.#chained(this.#view.getUint32(48, true), Infinity)
    const entries: DirectoryEntry[] = []
    for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES)
      entries.push(entryOf(bytes.subarray(at, at + ENTRY_BYTES)))
    return entries
  }
}

function entryOf(bytes: Uint8Array): DirectoryEntry {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = Math.max(0, Math.min(view.getUint16(64, true), 64) - 2)
  return {
    name: new TextDecoder('utf-16le').decode(bytes.subarray(0, length)),
    kind: view.getUint8(66),
    left: view.getUint32(68, true),
    right: view.getUint32(72, true),
    child: view.getUint32(76, true),
    start: view.getUint32(116, true),
    size: view.getUint32(120, true),
  }
}

/** Yields the sectors of a chain. A chain without an end is longer than its table. */
function* chain(next: Uint32Array, start: number): Generator<number> {
  let at = start
  for (let count = 0; at < SIGNS; count++) {
    const after = next[at]
    if (after === undefined || count > next.length) throw damaged()
    yield at
    at = after
  }
}

function numbersIn(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Uint32Array.from({ length: bytes.length >> 2 }, (_, n) => view.getUint32(n * 4, true))
}

function cut(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length < size) throw damaged()
  return bytes.subarray(0, size)
}

function damaged(): DocumentFailure {
  return new DocumentFailure('damaged')
}
