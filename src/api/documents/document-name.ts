import { DocumentId } from '../../protocol/document.ts'
import type { Owner } from '../../protocol/ids.ts'
import { notFound } from '../problem.ts'

export type DocumentName = { readonly owner: Owner; readonly document_id: DocumentId }

type Named = {
  readonly req: { param(name: string): string | undefined }
  get(key: 'owner'): Owner
}

/** The document of a path, as its caller's. */
export function nameIn(c: Named): DocumentName {
  return { owner: c.get('owner'), document_id: documentIdOf(c.req.param('document_id')) }
}

/** What is no id names no document. */
export function documentIdOf(text: string | undefined): DocumentId {
  const parsed = DocumentId.safeParse(text)
  if (!parsed.success) throw notFound()
  return parsed.data
}
