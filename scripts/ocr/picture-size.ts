/** The most pixels of a picture: a page of A4 at 600 dots an inch has 35 million. */
const MOST_PIXELS = 40_000_000

/** Whether the head of a PNG or a JPEG names a size that can be recognised within memory. */
export function fits(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    const pixels = bytes[0] === 0x89 ? view.getUint32(16) * view.getUint32(20) : pixelsOfJpeg(view)
    return pixels > 0 && pixels <= MOST_PIXELS
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** Reads the segments of a JPEG up to the one that begins its picture. */
function pixelsOfJpeg(view: DataView): number {
  for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at)
    const begins =
      marker >= 0xff_c0 && marker <= 0xff_cf && ![0xff_c4, 0xff_c8, 0xff_cc].includes(marker)
    if (begins) return view.getUint16(at + 5) * view.getUint16(at + 7)
  }
}
