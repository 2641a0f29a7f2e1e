import { z } from 'zod'

import type { Owner, RunId } from '../protocol/ids.ts'
import { WatchToken } from '../protocol/run.ts'
import { WATCH_TOKEN_MAX_MS } from './auth-config.ts'
import { callRun } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import {
  type Contract,
  empty,
  emptyReply,
  json,
  optionalJsonBody,
  reply,
} from './contract/contract.ts'
import { RunPath, WatchTokenPath } from './contract/parameters.ts'
import type { ApiPorts } from './ports.ts'
import { ProblemError } from './problem.ts'
import { requireIssued, throwMissing } from './read-run.ts'
import { type Guest, newTokenId, signWatchToken } from './watch-token.ts'

/** How long a new watch token lasts. */
export const TERM_BODY = optionalJsonBody(
  z.strictObject({
    expires_in: z
      .int()
      .min(60)
      .max(WATCH_TOKEN_MAX_MS / 1000)
      .exactOptional()
      .meta({ description: 'In seconds.' }),
  }),
  { expires_in: 3_600 },
)

const common = { tag: 'Watching', access: 'owner' } as const

const made = {
  ...common,
  route: 'POST /api/runs/:run_id/watch-tokens',
  summary: 'Makes a watch token: a token that can only read this run.',
  description: '`expires_in` is in seconds, 30 days at most.',
  params: RunPath,
  body: TERM_BODY,
  answers: { 201: json(WatchToken, 'The token, its id, and when it expires.', 'Location') },
  problems: ['not-configured'],
} as const satisfies Contract

const revoked = {
  ...common,
  route: 'DELETE /api/runs/:run_id/watch-tokens/:token_id',
  summary: 'Revokes a watch token, and closes the streams and sockets that it opened.',
  params: WatchTokenPath,
  answers: { 204: empty('The token is revoked.') },
} as const satisfies Contract

/** Adds the routes by which an owner makes watch tokens for a run, and revokes them (W-12). */
export function watchTokenRoutes(add: AddRoute, ports: ApiPorts): void {
  add(made, async ({ owner, params: { run_id }, body }) => {
    const token = await makeToken(ports, { owner, run_id }, body.expires_in)
    const location = `/api/runs/${run_id}/watch-tokens/${token.token_id}`
    return reply(201, token, { location })
  })

  add(revoked, async ({ owner, params: { run_id, token_id } }) => {
    await requireIssued(ports, { run_id, owner })
    const request = { owner, token_id, until: Date.now() + WATCH_TOKEN_MAX_MS }
    const answer = await callRun(() => ports.run(run_id).revoke(request))
    // The list has the token until the run refuses it. The list may also have a token of a run that was deleted meanwhile.
    await callRun(() => ports.owner(owner).dropToken({ run_id, token_id }))
    if (answer === 'unknown') return throwMissing(ports, { run_id, owner })
    return emptyReply(204)
  })
}

/** Enters the token in the list before its owner has it, so that no token works that the list does not have (SHARE-4). */
async function makeToken(
  ports: ApiPorts,
  { owner, run_id }: { readonly owner: Owner; readonly run_id: RunId },
  expires_in: number | undefined,
): Promise<WatchToken> {
  const sign = signerOf(ports, expires_in)
  const token_id = newTokenId()
  await requireIssued(ports, { run_id, owner })
  const answer = await callRun(() => ports.run(run_id).admits({ owner, token_id }))
  if (answer !== 'yes') return throwMissing(ports, { run_id, owner })
  const token = await sign({ kind: 'run', owner, run_id, token_id })
  const until = Date.parse(token.expires_at)
  await callRun(() => ports.owner(owner).keepToken({ run_id, token_id, made: Date.now(), until }))
  return token
}

/** Returns the function that signs tokens which last so many seconds, or as long as is usual here. */
export function signerOf(
  { watch_tokens }: Pick<ApiPorts, 'watch_tokens'>,
  expires_in: number | undefined,
): (guest: Guest) => Promise<WatchToken> {
  if (watch_tokens.kind === 'none') throw notConfigured()
  const life_ms = expires_in === undefined ? watch_tokens.life_ms : expires_in * 1000
  return (guest) => signWatchToken(watch_tokens, guest, { now: Date.now(), life_ms })
}

function notConfigured(): ProblemError {
  return new ProblemError('not-configured', {
    detail:
      'Watch tokens need the secret WATCH_SECRET, of at least 32 characters. It is not set in this deployment.',
  })
}
