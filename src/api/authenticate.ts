import type { HonoRequest, MiddlewareHandler } from 'hono'

import { callRun } from './calls.ts'
import type { Guards } from './contract/add-route.ts'
import type { ApiPorts } from './ports.ts'
import { notFound, ProblemError, unavailable } from './problem.ts'
import type { RequestContext, WatchGrant } from './request-context.ts'
import type { VerifyToken } from './verify-token.ts'
import type { Guest, Verdict } from './watch-token.ts'

type RunPort = Pick<ApiPorts, 'run'>

/** Checks the token of each kind of access. */
export function guardsOf(ports: RunPort, verify: VerifyToken): Guards {
  return {
    owner: requireToken(verify),
    reader: requireReader(ports, verify),
    watcher: async (c, next) => {
      const grant = await authenticateWatcher(ports, verify, c.req)
      c.set('grant', grant)
      c.set('owner', grant.owner)
      await next()
    },
    subscriber: async (c, next) => {
      const grant = await authenticateOwner(verify, c.req)
      c.set('grant', grant)
      c.set('owner', grant.owner)
      await next()
    },
  }
}

/** Every route after this one knows its owner, who came in person: a watch token opens none. */
export function requireToken(verify: VerifyToken): MiddlewareHandler<RequestContext> {
  return async (c, next) => {
    const caller = await identify(verify, headerToken(c.req))
    if (caller.kind === 'guest') throw onlyItsRun()
    c.set('owner', caller.owner)
    await next()
  }
}

/** For a route that reads the path's run: its owner may, and who holds a watch token for it. */
function requireReader(ports: RunPort, verify: VerifyToken): MiddlewareHandler<RequestContext> {
  return async (c, next) => {
    const caller = await identify(verify, headerToken(c.req))
    c.set('owner', (await admit(ports, c.req, caller)).owner)
    await next()
  }
}

/** An EventSource sends no headers, so a watching route takes `?token=` too; a header wins. */
async function authenticateWatcher(
  ports: RunPort,
  verify: VerifyToken,
  request: HonoRequest,
): Promise<WatchGrant> {
  const caller = await identify(verify, headerToken(request) ?? request.query('token'))
  return admit(ports, request, caller)
}

/** The same for a route that reads more than one run: its owner alone, in person. */
async function authenticateOwner(verify: VerifyToken, request: HonoRequest): Promise<WatchGrant> {
  const caller = await identify(verify, headerToken(request) ?? request.query('token'))
  if (caller.kind === 'owner') return { owner: caller.owner, until: caller.until }
  throw onlyItsRun()
}

type Caller = Extract<Verdict, { kind: 'owner' | 'guest' }>

async function identify(verify: VerifyToken, token: string | undefined): Promise<Caller> {
  if (token === undefined)
    throw unauthorized('Bearer', 'Send a token as "Authorization: Bearer <jwt>".')
  const verdict = await verify(token)
  if (verdict.kind === 'unavailable') throw unavailable('The key server', verdict.cause)
  if (verdict.kind === 'expired') throw tokenExpired()
  if (verdict.kind === 'refused') throw invalidToken(verdict.detail)
  return verdict
}

/** A guest has the one run; any other is to it like one that does not exist (W-12). */
async function admit(ports: RunPort, request: HonoRequest, caller: Caller): Promise<WatchGrant> {
  const { until } = caller
  if (caller.kind === 'owner') return { owner: caller.owner, until }
  const { guest } = caller
  if (request.param('run_id') !== guest.run_id) throw notFound()
  if (await isRevoked(ports, guest)) throw invalidToken('The token has been revoked.')
  return { owner: guest.owner, until, token_id: guest.token_id }
}

/** Asked each time: a token that was taken back opens nothing from that moment on. */
async function isRevoked(ports: RunPort, { run_id, owner, token_id }: Guest): Promise<boolean> {
  const answer = await callRun(() => ports.run(run_id).admits({ owner, token_id }))
  if (answer === 'unknown') throw notFound()
  return answer === 'revoked'
}

function headerToken(request: HonoRequest): string | undefined {
  const header = request.header('authorization')
  if (header === undefined) return undefined
  const token = /^Bearer +([^\s]+) *$/i.exec(header)?.[1]
  if (token === undefined)
    throw unauthorized('Bearer', 'The Authorization header must be "Bearer <jwt>".')
  return token
}

function onlyItsRun(): ProblemError {
  return invalidToken('A watch token only reads its run: it opens nothing else.')
}

const INVALID_TOKEN = 'Bearer error="invalid_token"'

export function invalidToken(detail: string): ProblemError {
  return unauthorized(INVALID_TOKEN, detail)
}

/** Unlike any other that is refused, it may have a successor: so it has a code of its own. */
export function tokenExpired(): ProblemError {
  const headers = { 'www-authenticate': INVALID_TOKEN }
  return new ProblemError('token-expired', { detail: 'The token has expired.', headers })
}

function unauthorized(challenge: string, detail: string): ProblemError {
  return new ProblemError('unauthorized', { detail, headers: { 'www-authenticate': challenge } })
}
