import { type Context, Hono } from 'hono'
import { z } from 'zod'

import type { RunId } from '../protocol/ids.ts'
import { type WatchToken, WatchTokenId } from '../protocol/run.ts'
import { readOptionalJson } from './body.ts'
import type { ApiEnv } from './env.ts'
import { parseInput } from './input.ts'
import { callRun } from './object-call.ts'
import type { ApiPorts } from './ports.ts'
import { notFound, ProblemError } from './problem.ts'
import { requireIssued } from './read-run.ts'
import { runIdOf } from './run-id.ts'
import { WATCH_TOKEN_MAX_MS } from './watch-token-config.ts'
import { newTokenId, signWatchToken } from './watch-token.ts'

/** `expires_in` is in seconds. */
const TokenRequest = z.strictObject({
  expires_in: z
    .int()
    .min(60)
    .max(WATCH_TOKEN_MAX_MS / 1000)
    .exactOptional(),
})

/** What a run's owner gives to those who may watch it, and takes back (W-12). */
export function watchTokenRoutes(ports: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()

  app.post('/:run_id/watch-tokens', async (c) => {
    const run_id = runIdOf(c.req)
    const made = await makeToken(ports, c, run_id)
    return c.json(made, 201, { location: `/api/runs/${run_id}/watch-tokens/${made.token_id}` })
  })

  app.delete('/:run_id/watch-tokens/:token_id', async (c) => {
    const run_id = runIdOf(c.req)
    const token_id = tokenIdOf(c)
    const owner = c.get('owner')
    await requireIssued(ports, { run_id, owner })
    const request = { owner, token_id, until: Date.now() + WATCH_TOKEN_MAX_MS }
    const answer = await callRun(() => ports.run(run_id).revoke(request))
    if (answer === 'unknown') throw notFound()
    return c.body(null, 204)
  })
  return app
}

async function makeToken(ports: ApiPorts, c: Context<ApiEnv>, run_id: RunId): Promise<WatchToken> {
  const { expires_in } = parseInput(TokenRequest, await readOptionalJson(c.req.raw))
  const { watch_tokens } = ports
  if (watch_tokens.kind === 'none') throw notConfigured()
  const guest = { owner: c.get('owner'), run_id, token_id: newTokenId() }
  const { owner, token_id } = guest
  await requireIssued(ports, { run_id, owner })
  const answer = await callRun(() => ports.run(run_id).admits({ owner, token_id }))
  if (answer !== 'yes') throw notFound()
  const life_ms = expires_in === undefined ? watch_tokens.life_ms : expires_in * 1000
  return signWatchToken(watch_tokens, guest, { now: Date.now(), life_ms })
}

/** An id that no token can have is answered like a run that is not there. */
function tokenIdOf(c: Context<ApiEnv>): WatchTokenId {
  const parsed = WatchTokenId.safeParse(c.req.param('token_id'))
  if (!parsed.success) throw notFound()
  return parsed.data
}

function notConfigured(): ProblemError {
  return new ProblemError('not-configured', {
    detail: 'Watch tokens need the secret WATCH_SECRET, of at least 32 characters, to be set here.',
  })
}
