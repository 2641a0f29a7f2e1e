/** Whether bytes begin with `magic`. Each character stands for one byte. */
export function startsWith(bytes: Uint8Array, magic: string): boolean {
  if (magic.length > bytes.length) return false
  for (let at = 0; at < magic.length; at++) if (bytes[at] !== magic.charCodeAt(at)) return false
  return true
}

/** Returns the last position of `magic` before `end`, or -1. */
export function lastIndexOf(bytes: Uint8Array, magic: string, end = bytes.length): number {
  const first = magic.charCodeAt(0)
  for (
    let at = bytes.lastIndexOf(first, end - magic.length);
    at >= 0;
    at = before(bytes, first, at)
  )
    if (startsWith(bytes.subarray(at, end), magic)) return at
  return -1
}

function before(bytes: Uint8Array, first: number, at: number): number {
  return at === 0 ? -1 : bytes.lastIndexOf(first, at - 1)
}
