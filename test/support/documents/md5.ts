/**
 * MD5 (RFC 1321), which old PDF encryption needs. It is written out because it runs both in Node and in
 * workerd.
 */
export function md5(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(64 * (((bytes.length + 8) >> 6) + 1))
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const words = new DataView(padded.buffer)
  words.setUint32(padded.length - 8, bytes.length * 8, true)
  const digest = new DataView(new ArrayBuffer(16))
  for (const [at, word] of [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476].entries())
    digest.setUint32(at * 4, word, true)
  for (let at = 0; at < padded.length; at += 64) mix(digest, new DataView(padded.buffer, at, 64))
  return new Uint8Array(digest.buffer)
}

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]

function mix(digest: DataView, block: DataView): void {
  let a = digest.getUint32(0, true)
  let b = digest.getUint32(4, true)
  let c = digest.getUint32(8, true)
  let d = digest.getUint32(12, true)
  for (let step = 0; step < 64; step++) {
    const round = step >> 4
    const f = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round] ?? 0
    const word = [step, 5 * step + 1, 3 * step + 5, 7 * step][round] ?? 0
    const constant = Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32)
    const sum = (a + f + constant + block.getUint32((word % 16) * 4, true)) | 0
    const shift = SHIFTS[round * 4 + (step % 4)] ?? 0
    a = d
    d = c
    c = b
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0
  }
  for (const [at, word] of [a, b, c, d].entries())
    digest.setUint32(at * 4, digest.getUint32(at * 4, true) + word, true)
}
