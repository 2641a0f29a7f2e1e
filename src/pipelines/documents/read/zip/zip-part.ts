import { crc32 } from '../../../../crc32.ts'
import { joinBytes } from '../../../../join-bytes.ts'
import { DocumentFailure } from '../../document-failure.ts'
import { isBomb, tryUnpack, unpack } from '../unpack.ts'
import { XmlDecoder } from './xml-decoder.ts'
import type { ZipEntry } from './zip-directory.ts'

const LOCAL = { magic: 0x04034b50, bytes: 30 }
const STORED = 0
const DEFLATED = 8

/** Decodes an XML file of a ZIP piece by piece. */
export function readText(zip: Uint8Array, wanted: WantedPart, take: (text: string) => void): void {
  const decoder = new XmlDecoder()
  readPieces(zip, wanted, (piece) => take(decoder.decode(piece)))
  take(decoder.end())
}

/** Unpacks a file of a ZIP. */
export function readBytes(zip: Uint8Array, wanted: WantedPart): Uint8Array {
  const pieces: Uint8Array[] = []
  readPieces(zip, wanted, (piece) => void pieces.push(piece.slice()))
  return joinBytes(pieces)
}

/** A file of a ZIP, and the most bytes to which it may unpack. */
export type WantedPart = { readonly entry: ZipEntry; readonly limit: number }

function readPieces(zip: Uint8Array, { entry, limit }: WantedPart, take: TakePiece): void {
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
