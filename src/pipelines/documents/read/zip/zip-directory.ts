import { DocumentFailure } from '../../document-failure.ts'
import type { ExtractLimits } from '../extract-limits.ts'
import { lastIndexOf } from '../signature.ts'

/** A file in a ZIP, as the directory at the ZIP's end lists it. The sizes may be false. */
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
/** A ZIP64 has a second end record with wider numbers, and a locator of that record before the usual end. */
const LOCATOR64 = { magic: 0x07064b50, bytes: 20 }
const END64 = { magic: 0x06064b50, bytes: 56 }
/** The placeholder for a number that does not fit, and the tag of the extra field that then holds the number. */
const WIDE = { placeholder: 0xffffffff, tag: 1 }

type ZipLimits = Pick<ExtractLimits, 'zip_entries' | 'zip_declared_bytes'>

/** Reads the files of a ZIP by name. Of two files with one name, the last counts. */
export function readDirectory(zip: Uint8Array, limits: ZipLimits): ReadonlyMap<string, ZipEntry> {
  const end = lastIndexOf(zip.subarray(-(END.bytes + END.comment)), END.magic)
  if (end === -1) throw new DocumentFailure('damaged')
  const from = Math.max(0, zip.length - END.bytes - END.comment) + end
  if (from + END.bytes > zip.length) throw new DocumentFailure('damaged')
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength)
  const directory = wideDirectory(view, from) ?? {
    count: view.getUint16(from + 10, true),
    at: view.getUint32(from + 16, true),
  }
  if (directory.count > limits.zip_entries) throw new DocumentFailure('zip_bomb')
  const entries = readEntries(view, { ...directory, end: from })
  const declared = entries.reduce((sum, entry) => sum + entry.unpacked, 0)
  if (declared > limits.zip_declared_bytes) throw new DocumentFailure('zip_bomb')
  return new Map(entries.map((entry) => [entry.name, entry]))
}

/** Finds the directory by the wider numbers of a ZIP64. Returns undefined if the ZIP is no ZIP64. */
function wideDirectory(view: DataView, end: number): { count: number; at: number } | undefined {
  const locator = end - LOCATOR64.bytes
  if (locator < 0 || view.getUint32(locator, true) !== LOCATOR64.magic) return undefined
  const record = wideNumber(view, locator + 8)
  if (record + END64.bytes > locator || view.getUint32(record, true) !== END64.magic)
    throw new DocumentFailure('damaged')
  return { count: wideNumber(view, record + 32), at: wideNumber(view, record + 48) }
}

function wideNumber(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true))
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
  const number = wideNumbers(view, at + ENTRY.bytes + nameLength, view.getUint16(at + 30, true))
  return {
    // Some programs of Windows write its own sign between folders.
    name: new TextDecoder().decode(name).replaceAll('\\', '/'),
    protected: (view.getUint16(at + 8, true) & 1) === 1,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    // The extra field holds the numbers that do not fit, in this order.
    unpacked: number(view.getUint32(at + 24, true)),
    packed: number(view.getUint32(at + 20, true)),
    offset: number(view.getUint32(at + 42, true)),
  }
}

/** Returns a function that replaces a placeholder with the next number of the extra field. */
function wideNumbers(view: DataView, from: number, length: number): (number: number) => number {
  const end = from + length
  if (end > view.byteLength) throw new DocumentFailure('damaged')
  let at = from
  while (at + 4 <= end && view.getUint16(at, true) !== WIDE.tag)
    at += 4 + view.getUint16(at + 2, true)
  const last = at + 4 <= end ? Math.min(end, at + 4 + view.getUint16(at + 2, true)) : at
  at += 4
  return (number) => {
    if (number !== WIDE.placeholder || at + 8 > last) return number
    at += 8
    return wideNumber(view, at - 8)
  }
}
