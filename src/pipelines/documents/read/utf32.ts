/** The bytes of a text from which its encoding is told. */
const SAMPLE = 8_192

/** Decodes UTF-32, by its byte order mark or by its shape. Returns undefined for other bytes. */
export function decodeUtf32(bytes: Uint8Array): string | undefined {
  const order = orderOf(bytes)
  if (order === undefined) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength & ~3)
  const units = new Uint16Array(view.byteLength / 2)
  let length = 0
  for (let at = 0; at < view.byteLength; at += 4) {
    const code = view.getUint32(at, order === 'le')
    if (code < 0x1_0000) units[length++] = code
    else {
      units[length++] = 0xd800 + (((code - 0x1_0000) >> 10) & 0x3ff)
      units[length++] = 0xdc00 + (code & 0x3ff)
    }
  }
  return new TextDecoder('utf-16le').decode(units.subarray(0, length))
}

/** No character of Unicode is above 0x10ffff, so the first two bytes of each have few values, and are mostly 0. */
function orderOf(bytes: Uint8Array): 'le' | 'be' | undefined {
  const quads = bytes.subarray(0, Math.min(SAMPLE, bytes.length & ~3))
  if (quads.length < 8) return undefined
  const view = new DataView(quads.buffer, quads.byteOffset, quads.byteLength)
  return (['le', 'be'] as const).find((order) => areCharacters(view, order === 'le'))
}

function areCharacters(view: DataView, isLittle: boolean): boolean {
  for (let at = 0; at < view.byteLength; at += 4) {
    const code = view.getUint32(at, isLittle)
    if (code === 0 || code > 0x10_ffff) return false
  }
  return true
}
