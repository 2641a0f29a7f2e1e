import { readUpTo } from '../../../read-up-to.ts'

const MAX_BYTES = 10 * 1024 * 1024

type Gunzipped =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  | { readonly kind: 'too_large' | 'damaged' }

export function isGzip([a, b]: Uint8Array): boolean {
  return a === 0x1f && b === 0x8b
}

/** Unpacks a gzip file. Stops when the content exceeds the size limit. */
export async function gunzip(packed: Uint8Array): Promise<Gunzipped> {
  try {
    const { bytes, over } = await readUpTo(unpacked(packed), MAX_BYTES)
    return over ? { kind: 'too_large' } : { kind: 'whole', bytes }
  } catch {
    return { kind: 'damaged' }
  }
}

/** A stream unpacks in slices, so that the read stops at the limit before a zip bomb fills the memory. */
function unpacked(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('gzip'))
}
