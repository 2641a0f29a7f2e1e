import { DocumentFailure } from '../../document-failure.ts'
import type { ExtractLimits } from '../extract-limits.ts'
import { lastIndexOf } from '../signature.ts'

/** A file in a ZIP, as the directory at the ZIP's end has it. None of its sizes is to be trusted. */
export type ZipEntry = {
  readonly name: string
  readonly protected: boolean
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly unpacked: number
  readonly offset: number
}

const END = { magic: 'PK\x05\x06', bytes: 22, comment: 65_535 }
const ENTRY = { magic: 0x02014b50, bytes: 46 }

type Limits = Pick<ExtractLimits, 'zip_entries' | 'zip_declared_bytes'>

/** The files of a ZIP by name; of two of one name, the last. */
export function readDirectory(zip: Uint8Array, limits: Limits): ReadonlyMap<string, ZipEntry> {
  const end = lastIndexOf(zip.subarray(-(END.bytes + END.comment)), END.magic)
  if (end === -1) throw new DocumentFailure('damaged')
  const from = Math.max(0, zip.length - END.bytes - END.comment) + end
  if (from + END.bytes > zip.length) throw new DocumentFailure('damaged')
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength)
  const count = view.getUint16(from + 10, true)
  if (count > limits.zip_entries) throw new DocumentFailure('zip_bomb')
  const entries = readEntries(view, { at: view.getUint32(from + 16, true), end: from, count })
  const declared = entries.reduce((sum, entry) => sum + entry.unpacked, 0)
  if (declared > limits.zip_declared_bytes) throw new DocumentFailure('zip_bomb')
  return new Map(entries.map((entry) => [entry.name, entry]))
}

function readEntries(view: DataView, from: { at: number; end: number; count: number }): ZipEntry[] {
  const entries: ZipEntry[] = []
  let { at } = from
  while (entries.length < from.count) {
    if (at + ENTRY.bytes > from.end || view.getUint32(at, true) !== ENTRY.magic)
      throw new DocumentFailure('damaged')
    const name = view.getUint16(at + 28, true)
    entries.push(readEntry(view, at, name))
    at += ENTRY.bytes + name + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return entries
}

function readEntry(view: DataView, at: number, nameLength: number): ZipEntry {
  if (at + ENTRY.bytes + nameLength > view.byteLength) throw new DocumentFailure('damaged')
  const name = new Uint8Array(view.buffer, view.byteOffset + at + ENTRY.bytes, nameLength)
  return {
    name: new TextDecoder().decode(name),
    protected: (view.getUint16(at + 8, true) & 1) === 1,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    unpacked: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
  }
}
