import { joinBytes } from '../../../join-bytes.ts'

const MAX_BYTES = 10 * 1024 * 1024

type Gunzipped =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  | { readonly kind: 'too_large' | 'damaged' }

export function isGzip([a, b]: Uint8Array): boolean {
  return a === 0x1f && b === 0x8b
}

/** Unpacks a gzip file. Stops when the content exceeds the size limit. */
export async function gunzip(bytes: Uint8Array): Promise<Gunzipped> {
  const reader = unpacked(bytes).getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      length += read.value.byteLength
      if (length > MAX_BYTES) {
        await reader.cancel()
        return { kind: 'too_large' }
      }
      chunks.push(read.value)
    }
  } catch {
    return { kind: 'damaged' }
  }
  return { kind: 'whole', bytes: joinBytes(chunks) }
}

/** Unpacks in slices, so that the caller can stop at the limit before a zip bomb fills the memory. */
function unpacked(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('gzip'))
}
