import { crc32, deflateRawSync } from 'node:zlib'

/** The fields of a file's records. Fields that are left out get their true values. */
export type RawEntry = {
  readonly name: string
  readonly text: string
  readonly flags?: number
  readonly method?: number
  readonly crc?: number
  readonly packed?: number
  readonly unpacked?: number
  /** The place at which the file begins, as the directory says. */
  readonly offset?: number
}

type RawZip = {
  /** True for ZIP64: sizes and places are placeholders, and the numbers follow elsewhere in 64 bits. */
  readonly wide?: boolean
  /** True if sizes and checksum follow the packed bytes, with zeros in the header. */
  readonly descriptors?: boolean
}

const PLACEHOLDER = 0xffffffff

/** Writes a ZIP record by record, so that a record can contain values that no library would write. */
export function rawZip(entries: readonly RawEntry[], how: RawZip = {}): Uint8Array {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const entry of entries) {
    const file = localFile(entry, how)
    directory.push(directoryEntry(entry, at, how))
    files.push(file)
    at += file.length
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0)
  const end = how.wide ? wideEnd(entries.length, size, at) : endOf(entries.length, size, at)
  return new Uint8Array(Buffer.concat([...files, ...directory, end]))
}

function numbersOf(entry: RawEntry): { crc: number; packed: number; unpacked: number } {
  const bytes = Buffer.from(entry.text)
  return {
    crc: entry.crc ?? crc32(bytes),
    packed: entry.packed ?? deflateRawSync(bytes).length,
    unpacked: entry.unpacked ?? bytes.length,
  }
}

function localFile(entry: RawEntry, { wide, descriptors }: RawZip): Buffer {
  const { crc, packed, unpacked } = numbersOf(entry)
  const sizes = descriptors
    ? [0, 0, 0]
    : wide
      ? [crc, PLACEHOLDER, PLACEHOLDER]
      : [crc, packed, unpacked]
  const extra = wide ? extraOf([unpacked, packed]) : Buffer.alloc(0)
  const name = Buffer.from(entry.name)
  const flags = (entry.flags ?? 0) | (descriptors ? 8 : 0)
  const head = Buffer.concat([
    u32(0x04034b50),
    u16(20),
    u16(flags),
    u16(entry.method ?? 8),
    u32(0),
    ...sizes.map(u32),
    u16(name.length),
    u16(extra.length),
    name,
    extra,
  ])
  const tail = descriptors ? [u32(0x08074b50), u32(crc), u32(packed), u32(unpacked)] : []
  return Buffer.concat([head, deflateRawSync(Buffer.from(entry.text)), ...tail])
}

function directoryEntry(entry: RawEntry, at: number, { wide, descriptors }: RawZip): Buffer {
  const { crc, packed, unpacked } = numbersOf(entry)
  const offset = entry.offset ?? at
  const extra = wide ? extraOf([unpacked, packed, offset]) : Buffer.alloc(0)
  const name = Buffer.from(entry.name)
  const flags = (entry.flags ?? 0) | (descriptors ? 8 : 0)
  const [shownPacked, shownUnpacked, shownOffset] = wide
    ? [PLACEHOLDER, PLACEHOLDER, PLACEHOLDER]
    : [packed, unpacked, offset]
  return Buffer.concat([
    u32(0x02014b50),
    u16(45),
    u16(20),
    u16(flags),
    u16(entry.method ?? 8),
    u32(0),
    u32(crc),
    u32(shownPacked),
    u32(shownUnpacked),
    u16(name.length),
    u16(extra.length),
    u16(0),
    u16(0),
    u16(0),
    u32(0),
    u32(shownOffset),
    name,
    extra,
  ])
}

/** Puts the field of another program first. */
function extraOf(numbers: readonly number[]): Buffer {
  return Buffer.concat([
    u16(0x5455),
    u16(1),
    Buffer.of(0),
    u16(1),
    u16(numbers.length * 8),
    ...numbers.map(u64),
  ])
}

function endOf(count: number, size: number, at: number): Buffer {
  const counts = [0, 0, count, count].map(u16)
  return Buffer.concat([u32(0x06054b50), ...counts, u32(size), u32(at), u16(0)])
}

function wideEnd(count: number, size: number, at: number): Buffer {
  const record = Buffer.concat([
    u32(0x06064b50),
    u64(44),
    u16(45),
    u16(45),
    u32(0),
    u32(0),
    ...[count, count, size, at].map(u64),
  ])
  const locator = Buffer.concat([u32(0x07064b50), u32(0), u64(at + size), u32(1)])
  return Buffer.concat([record, locator, endOf(0xffff, PLACEHOLDER, PLACEHOLDER)])
}

function u16(number: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(number)
  return bytes
}

function u32(number: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(number)
  return bytes
}

function u64(number: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(number))
  return bytes
}
