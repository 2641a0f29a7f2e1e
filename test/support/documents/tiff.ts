/** A page of grey pixels, one byte each, from the upper left corner on. */
export type GreyPage = {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

const LONG = 4
const HEAD_BYTES = 8

/** Makes a TIFF without compression, each page with its directory before its pixels (TIFF 6.0, section 4). */
export function tiff(pages: readonly GreyPage[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [Uint8Array.of(0x49, 0x49, 42, 0, HEAD_BYTES, 0, 0, 0)]
  let at = HEAD_BYTES
  for (const [n, page] of pages.entries()) {
    const size = directory(page, { at, next: 0 }).length + page.pixels.length
    const next = n === pages.length - 1 ? 0 : at + size
    parts.push(directory(page, { at, next }), page.pixels)
    at += size
  }
  return new Uint8Array(Buffer.concat(parts))
}

function directory(
  { width, height, pixels }: GreyPage,
  { at, next }: { readonly at: number; readonly next: number },
): Uint8Array {
  const entries = [
    [256, width],
    [257, height],
    [258, 8],
    [259, 1],
    [262, 1],
    [273, at + sizeOf(8)],
    [278, height],
    [279, pixels.length],
  ] as const
  const bytes = Buffer.alloc(sizeOf(entries.length))
  bytes.writeUInt16LE(entries.length, 0)
  for (const [n, [tag, value]] of entries.entries()) {
    bytes.writeUInt16LE(tag, 2 + 12 * n)
    bytes.writeUInt16LE(LONG, 4 + 12 * n)
    bytes.writeUInt32LE(1, 6 + 12 * n)
    bytes.writeUInt32LE(value, 10 + 12 * n)
  }
  bytes.writeUInt32LE(next, bytes.length - 4)
  return bytes
}

function sizeOf(entries: number): number {
  return 2 + 12 * entries + 4
}
