import { DocumentFailure } from '../../../src/pipelines/documents/document-failure.ts'
import type { Ocr } from '../../../src/pipelines/documents/ocr/ocr.ts'
import { documentKind } from '../../../src/pipelines/documents/read/document-kind.ts'
import type { ExtractLimits } from '../../../src/pipelines/documents/read/extract-limits.ts'
import { extract } from '../../../src/pipelines/documents/read/extract.ts'
import type { Extracted } from '../../../src/pipelines/documents/text/extracted.ts'

type Reading = {
  readonly password?: string
  readonly signal?: AbortSignal
  readonly say?: (progress: number, message: string) => void
  readonly limits?: ExtractLimits
  readonly ocr?: Ocr
}

/** Checks a file like an upload, and then reads its text. */
export async function read(
  bytes: Uint8Array,
  name: string,
  reading: Reading = {},
): Promise<Extracted> {
  const kind = documentKind(bytes, name)
  const { password, limits, ocr, signal = new AbortController().signal, say = () => {} } = reading
  const source = { bytes, kind, name, ...(password !== undefined && { password }) }
  return await extract(source, { signal, say, ...(ocr && { ocr }) }, limits)
}

/** Returns why a file has no text. Throws any other error. */
export async function failureOf(
  bytes: Uint8Array,
  name: string,
  reading: Reading = {},
): Promise<DocumentFailure | undefined> {
  try {
    await read(bytes, name, reading)
    return undefined
  } catch (error) {
    if (error instanceof DocumentFailure) return error
    throw error
  }
}
