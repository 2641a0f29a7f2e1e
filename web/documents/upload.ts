import { Uploaded } from '../../src/protocol/document.ts'
import { request } from '../wire/request.ts'
import { batchesOf } from './batches.ts'
import type { NamedIn } from './matter.ts'

/** The result of one upload. */
export type UploadResult =
  | { readonly kind: 'brought'; readonly uploaded: Uploaded }
  | { readonly kind: 'failed'; readonly names: readonly string[]; readonly error: unknown }

/** Uploads files to a matter, one batch after the other. Goes on after a failed batch. */
export async function* uploadFiles(
  named: NamedIn,
  files: readonly File[],
): AsyncGenerator<UploadResult, void> {
  for (const batch of batchesOf(files)) {
    try {
      yield { kind: 'brought', uploaded: await upload(named, batch) }
    } catch (error) {
      yield { kind: 'failed', names: batch.map(({ name }) => name), error }
    }
  }
}

function upload(named: NamedIn, files: readonly File[]): Promise<Uploaded> {
  const body = new FormData()
  for (const [field, value] of Object.entries(named)) body.set(field, value)
  for (const file of files) body.append('files', file)
  return request('/api/documents', Uploaded, { method: 'POST', body })
}
