import type { HonoRequest, MiddlewareHandler } from 'hono'

import type { Owner } from '../protocol/ids.ts'
import type { ApiEnv } from './env.ts'
import { ProblemError, unavailable } from './problem.ts'
import type { VerifyToken } from './verify-token.ts'

/** Every route after this one knows its caller. */
export function requireToken(verify: VerifyToken): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    c.set('owner', await authenticate(verify, headerToken(c.req)))
    await next()
  }
}

/** An EventSource sends no headers, so a watching route takes `?token=` too; a header wins. */
export function authenticateWatcher(verify: VerifyToken, request: HonoRequest): Promise<Owner> {
  return authenticate(verify, headerToken(request) ?? request.query('token'))
}

async function authenticate(verify: VerifyToken, token: string | undefined): Promise<Owner> {
  if (token === undefined)
    throw unauthorized('Bearer', 'Send a token as "Authorization: Bearer <jwt>".')
  const verdict = await verify(token)
  if (verdict.kind === 'unavailable') throw unavailable('The key server', verdict.cause)
  if (verdict.kind === 'refused') throw unauthorized('Bearer error="invalid_token"', verdict.detail)
  return verdict.owner
}

function headerToken(request: HonoRequest): string | undefined {
  const header = request.header('authorization')
  if (header === undefined) return undefined
  const token = /^Bearer +([^\s]+) *$/i.exec(header)?.[1]
  if (token === undefined)
    throw unauthorized('Bearer', 'The Authorization header must be "Bearer <jwt>".')
  return token
}

function unauthorized(challenge: string, detail: string): ProblemError {
  return new ProblemError('unauthorized', { detail, headers: { 'www-authenticate': challenge } })
}
