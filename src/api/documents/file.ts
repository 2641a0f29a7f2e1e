import type { GivenFile } from '../../db/documents.ts'
import { bodyChunks, type BodyRules, requirePlain } from '../body-chunks.ts'
import { callDatabase } from '../calls.ts'
import type { DocumentName } from '../document-ports.ts'
import type { ApiPorts } from '../ports.ts'
import { notFound, ProblemError } from '../problem.ts'
import { takeQuota } from '../quotas.ts'
import { findDocument, stopDocument } from './live-document.ts'
import { keysOf, putFile } from './put-files.ts'
import { retryDocument } from './retry-document.ts'

/**
 * Answers the bytes of a document's file as an attachment, so that no browser shows an uploaded page under our
 * own origin.
 */
export async function sendFile(ports: ApiPorts, name: DocumentName): Promise<Response> {
  const document = await findDocument(ports, name)
  const file =
    document.file_key === null ? undefined : await ports.documents.files.open(document.file_key)
  if (file === undefined) throw notFound()
  return new Response(file.body, {
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(file.size),
      'content-disposition': attachment(document.name),
      'cache-control': 'private, no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    },
  })
}

/**
 * The header of an attachment (RFC 6266): the name in UTF-8 and, for older clients, in ASCII without characters
 * that could end the header.
 */
export function attachment(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/gu, '_')
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

/** Replaces the file of a document, and starts to read the new file. */
export async function replaceFile(
  ports: ApiPorts,
  document: DocumentName,
  { request, name }: { readonly request: Request; readonly name: string | undefined },
) {
  requirePlain(request.headers)
  const before = await findDocument(ports, document)
  if (request.body === null)
    throw new ProblemError('invalid-form', { detail: 'The body is empty.' })
  const bytes = bodyChunks(request.body, rulesOf(ports))
  const file = await putFile(ports.documents, { name: name ?? before.name, bytes })
  await ports.documents.files.remove(await putInPlace(ports, document, file))
  await stopDocument(ports, document.owner, before)
  const run_id = await retryDocument(ports, document.owner, { ...before, name: file.name })
  const { document_id } = document
  return { document_id, run_id, ...(file.refused === null ? {} : { error: file.refused }) }
}

/**
 * Makes the stored file the document's. Returns the keys of the replaced files. If this fails, removes the
 * stored file.
 */
async function putInPlace(
  ports: ApiPorts,
  name: DocumentName,
  file: GivenFile,
): Promise<readonly string[]> {
  const { files, replace } = ports.documents
  try {
    const stored_bytes = file.file_key === null ? 0 : file.size
    await takeQuota(ports, name.owner, { ask: { upload_bytes: file.size, stored_bytes } })
    const replaced = await callDatabase(() => replace(name, file))
    if (replaced === undefined) throw notFound()
    if (replaced === 'known') throw knownFile()
    return replaced
  } catch (error) {
    await files.remove(keysOf([file]))
    throw error
  }
}

function rulesOf({ documents }: ApiPorts): BodyRules {
  const most = documents.upload.form_bytes
  return {
    most,
    tooLarge: () =>
      new ProblemError('too-large', { detail: `A file may have at most ${most} bytes.` }),
    brokenOff: (cause) =>
      new ProblemError('invalid-form', { detail: 'The body ended before it was complete.', cause }),
  }
}

function knownFile(): ProblemError {
  return new ProblemError('exists', {
    detail: 'Another document of this matter already has these bytes.',
  })
}
