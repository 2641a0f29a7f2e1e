import { crc32 } from '../../../../crc32.ts'
import { DocumentFailure } from '../../document-failure.ts'
import { isBomb, tryUnpack, unpack } from '../unpack.ts'
import { XmlDecoder } from './xml-decoder.ts'
import type { ZipEntry } from './zip-directory.ts'

const LOCAL = { magic: 0x04034b50, bytes: 30 }
const STORED = 0
const DEFLATED = 8

/** Unpacks a text file of a ZIP. Throws if the file exceeds the limit. */
export function readPart(zip: Uint8Array, entry: ZipEntry, limit: number): string {
  const packed = packedBytes(zip, entry)
  if (isBomb(entry.unpacked, packed.length)) throw new DocumentFailure('zip_bomb')
  if (entry.unpacked > limit) throw new DocumentFailure('too_large')
  if (entry.method === STORED) return decodeWhole((take) => take(packed), entry.crc)
  if (entry.method !== DEFLATED) throw new DocumentFailure('not_a_docx')
  checkUnpacked(packed, limit)
  return decodeWhole((take) => unpack(packed, take), entry.crc)
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

type PieceSource = (take: (piece: Uint8Array) => void) => void

function decodeWhole(feed: PieceSource, expected: number): string {
  const decoder = new XmlDecoder()
  let crc = 0
  let text = ''
  feed((piece) => {
    crc = crc32(piece, crc)
    text += decoder.decode(piece)
  })
  if (crc !== expected) throw new DocumentFailure('damaged')
  return text + decoder.end()
}
