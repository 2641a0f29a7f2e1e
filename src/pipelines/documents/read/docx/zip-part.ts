import { crc32 } from '../../../../crc32.ts'
import { joinBytes } from '../../../../join-bytes.ts'
import { DocumentFailure } from '../../document-failure.ts'
import { isBomb, tryUnpack, unpack } from '../unpack.ts'
import { XmlDecoder } from './xml-decoder.ts'
import type { ZipEntry } from './zip-directory.ts'

const LOCAL = { magic: 0x04034b50, bytes: 30 }
const STORED = 0
const DEFLATED = 8

/** Unpacks an XML file of a ZIP. Throws if the file exceeds the limit. */
export function readPart(zip: Uint8Array, entry: ZipEntry, limit: number): string {
  const decoder = new XmlDecoder()
  let text = ''
  readPieces(zip, { entry, limit }, (piece) => {
    text += decoder.decode(piece)
  })
  return text + decoder.end()
}

/** Unpacks a file of a ZIP. Throws if the file exceeds the limit. */
export function readBytes(zip: Uint8Array, entry: ZipEntry, limit: number): Uint8Array {
  const pieces: Uint8Array[] = []
  readPieces(zip, { entry, limit }, (piece) => void pieces.push(piece.slice()))
  return joinBytes(pieces)
}

type Wanted = { readonly entry: ZipEntry; readonly limit: number }

function readPieces(zip: Uint8Array, { entry, limit }: Wanted, take: TakePiece): void {
  const packed = packedBytes(zip, entry)
  if (isBomb(entry.unpacked, packed.length)) throw new DocumentFailure('zip_bomb')
  if (entry.unpacked > limit) throw new DocumentFailure('too_large')
  if (entry.method === STORED) return checked((each) => each(packed), entry.crc, take)
  if (entry.method !== DEFLATED) throw new DocumentFailure('not_a_docx')
  checkUnpacked(packed, limit)
  checked((each) => unpack(packed, each), entry.crc, take)
}

function packedBytes(zip: Uint8Array, { offset, packed }: ZipEntry): Uint8Array {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength)
  if (offset + LOCAL.bytes > zip.length || view.getUint32(offset, true) !== LOCAL.magic)
    throw new DocumentFailure('damaged')
  const names = view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
  const start = offset + LOCAL.bytes + names
  if (start + packed > zip.length) throw new DocumentFailure('damaged')
  return zip.subarray(start, start + packed)
}

/** Counts the unpacked bytes first, so that memory never holds a file that is too large. */
function checkUnpacked(packed: Uint8Array, limit: number): void {
  switch (tryUnpack(packed, limit)) {
    case 'fits':
      return
    case 'too_large':
      throw new DocumentFailure('too_large')
    case 'bomb':
      throw new DocumentFailure('zip_bomb')
    case 'bad':
      throw new DocumentFailure('damaged')
  }
}

type TakePiece = (piece: Uint8Array) => void
type PieceSource = (take: TakePiece) => void

/** Passes the pieces on, and throws if they are not the bytes that the ZIP had. */
function checked(feed: PieceSource, expected: number, take: TakePiece): void {
  let crc = 0
  feed((piece) => {
    crc = crc32(piece, crc)
    take(piece)
  })
  if (crc !== expected) throw new DocumentFailure('damaged')
}
