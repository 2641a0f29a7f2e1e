import type { DocumentName } from '../document-ports.ts'
import type { ApiPorts } from '../ports.ts'
import { notFound } from '../problem.ts'
import { findDocument } from './live-document.ts'

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
