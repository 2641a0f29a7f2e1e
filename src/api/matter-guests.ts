import type { HonoRequest } from 'hono'

import { DocumentId } from '../protocol/document.ts'
import { MatterId } from '../protocol/matter.ts'
import { callDatabase } from './calls.ts'
import type { ApiPorts } from './ports.ts'
import { notFound } from './problem.ts'
import { invalidToken } from './token-problems.ts'
import type { MatterGuest } from './watch-token.ts'

/**
 * Admits a request that names the guest's matter, or documents of it, and nothing else. Every other matter and document is
 * 404, as if it did not exist (SHARE-1). Postgres is asked for each request, so that a revoked token reads nothing from its
 * revocation on.
 */
export async function admitToMatter(
  { documents }: Pick<ApiPorts, 'documents'>,
  request: HonoRequest,
  guest: MatterGuest,
): Promise<void> {
  const { document_id } = namedIn(request, guest)
  const { owner, matter_id, token_id } = guest
  const question = { owner, matter_id, token_id, document_id }
  const answer = await callDatabase(() => documents.tokens.admits(question))
  if (answer === 'revoked') throw invalidToken('The link has been revoked.')
  if (answer === 'unknown') throw notFound()
}

/**
 * Reads what a request names, in the way in which its route reads it. A request without any of these would read everything
 * of the owner; and a matter's name may be that of another one, so that a guest names the matter by its id.
 */
function namedIn(
  request: HonoRequest,
  { matter_id }: MatterGuest,
): { readonly document_id: DocumentId | undefined } {
  const query = request.query()
  const matters = [request.param('matter_id'), query['matter_id']].filter(isGiven)
  const documents = [request.param('document_id'), query['document']].filter(isGiven)
  if (query['matter'] !== undefined || matters.length + documents.length === 0) throw notFound()
  if (matters.some((named) => MatterId.safeParse(named).data !== matter_id)) throw notFound()
  const [first, ...others] = documents
  if (first === undefined) return { document_id: undefined }
  const { data: document_id } = DocumentId.safeParse(first)
  if (document_id === undefined || others.length > 0) throw notFound()
  return { document_id }
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined
}
