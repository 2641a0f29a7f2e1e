import { MATTER_TOKENS_MAX } from '../db/watch-tokens.ts'
import { WatchToken } from '../protocol/run.ts'
import { callDatabase } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, empty, emptyReply, json, reply } from './contract/contract.ts'
import { MatterPath, MatterTokenPath } from './contract/parameters.ts'
import type { MatterName } from './document-ports.ts'
import type { ApiPorts } from './ports.ts'
import { notFound, ProblemError } from './problem.ts'
import { newTokenId } from './watch-token.ts'
import { signerOf, TERM_BODY } from './watch-tokens.ts'

const common = { tag: 'Matters', access: 'owner' } as const

const made = {
  ...common,
  route: 'POST /api/matters/:matter_id/watch-tokens',
  summary: 'Makes a watch token: a token that can only read this matter.',
  description:
    '`expires_in` is in seconds, 30 days at most. The token reads the matter, its documents and their files, and searches them. The page at `/watch/matters/<matter_id>#<token>` shows them.',
  params: MatterPath,
  body: TERM_BODY,
  answers: { 201: json(WatchToken, 'The token, its id, and when it expires.', 'Location') },
  problems: ['too-many', 'not-configured'],
} as const satisfies Contract

const revoked = {
  ...common,
  route: 'DELETE /api/matters/:matter_id/watch-tokens/:token_id',
  summary: 'Revokes a watch token. It reads nothing from then on.',
  params: MatterTokenPath,
  answers: { 204: empty('The token is revoked.') },
} as const satisfies Contract

/** Adds the routes by which an owner shares a matter, and ends that (SHARE-1, SHARE-2). */
export function matterTokenRoutes(add: AddRoute, ports: ApiPorts): void {
  const { tokens } = ports.documents

  add(made, async ({ owner, params: { matter_id }, body }) => {
    const token = await makeToken(ports, { owner, matter_id }, body.expires_in)
    const location = `/api/matters/${matter_id}/watch-tokens/${token.token_id}`
    return reply(201, token, { location })
  })

  add(revoked, async ({ owner, params }) => {
    if (!(await callDatabase(() => tokens.revoke({ owner, ...params })))) throw notFound()
    return emptyReply(204)
  })
}

/** Stores the token before its owner has it: a token that is not stored reads nothing. */
async function makeToken(
  ports: ApiPorts,
  matter: MatterName,
  expires_in: number | undefined,
): Promise<WatchToken> {
  const { tokens } = ports.documents
  const token_id = newTokenId()
  const token = await signerOf(ports, expires_in)({ kind: 'matter', ...matter, token_id })
  const { expires_at } = token
  const answer = await callDatabase(() => tokens.add({ ...matter, token_id, expires_at }))
  if (answer === undefined) throw notFound()
  if (answer === 'too_many') throw tooMany()
  return token
}

function tooMany(): ProblemError {
  return new ProblemError('too-many', {
    detail: `You have ${MATTER_TOKENS_MAX} links to matters, which is the most. Revoke one of them first.`,
  })
}
