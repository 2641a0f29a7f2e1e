import { PICTURE_LIMITS } from './picture-reader.ts'

/** The address of a picture that stands in the address itself (RFC 2397). */
const PICTURE = /^\s*data:image\/[^,]*,/i

export function isDataPicture(address: string): boolean {
  return PICTURE.test(address.slice(0, 200))
}

/** Takes the picture out of its address. Undefined if the picture is too large or damaged. */
export function bytesOfAddress(address: string): Uint8Array | undefined {
  const comma = address.indexOf(',')
  const packed = address.slice(comma + 1)
  // Base64 has four characters for three bytes.
  if (packed.length > PICTURE_LIMITS.bytes * 1.4) return undefined
  try {
    const text = packed.includes('%') ? decodeURIComponent(packed) : packed
    if (!/;\s*base64\s*$/i.test(address.slice(0, comma))) return new TextEncoder().encode(text)
    return Uint8Array.from(atob(text.replaceAll(/\s+/g, '')), (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}
