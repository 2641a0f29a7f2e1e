import { Uploaded } from '../../src/protocol/document.ts'
import { request } from '../request.ts'
import { batchesOf } from './batches.ts'

/** The result of one upload. */
export type UploadResult =
  | { readonly kind: 'brought'; readonly uploaded: Uploaded }
  | { readonly kind: 'failed'; readonly names: readonly string[]; readonly error: unknown }

/** Uploads files to a matter, one batch after the other. Goes on after a failed batch. */
export async function* uploadFiles(
  matter: string,
  files: readonly File[],
): AsyncGenerator<UploadResult, void> {
  for (const batch of batchesOf(files)) {
    try {
      yield { kind: 'brought', uploaded: await upload(matter, batch) }
    } catch (error) {
      yield { kind: 'failed', names: batch.map(({ name }) => name), error }
    }
  }
}

function upload(matter: string, files: readonly File[]): Promise<Uploaded> {
  const body = new FormData()
  body.set('matter', matter)
  for (const file of files) body.append('files', file)
  return request('/api/documents', Uploaded, { method: 'POST', body })
}
