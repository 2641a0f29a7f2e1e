import type { HonoRequest, MiddlewareHandler } from 'hono'

import { callRun } from './calls.ts'
import type { Guards } from './contract/add-route.ts'
import { admitToMatter } from './matter-guests.ts'
import type { ApiPorts } from './ports.ts'
import { deleted, notFound, type ProblemError, unavailable } from './problem.ts'
import type { RequestContext, WatchGrant } from './request-context.ts'
import { invalidToken, tokenExpired, unauthorized } from './token-problems.ts'
import type { VerifyToken } from './verify-token.ts'
import type { RunGuest, Verdict } from './watch-token.ts'

type RunPort = Pick<ApiPorts, 'run'>
type MatterPort = Pick<ApiPorts, 'documents'>

/** Makes the middleware that checks the token, for each kind of access. */
export function guardsOf(ports: RunPort & MatterPort, verify: VerifyToken): Guards {
  return {
    owner: requireToken(verify),
    reader: requireReader(ports, verify),
    visitor: requireVisitor(ports, verify),
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

/** Admits callers with an owner's own token, and tells the routes after it the owner. Refuses watch tokens. */
export function requireToken(verify: VerifyToken): MiddlewareHandler<RequestContext> {
  return async (c, next) => {
    const caller = await identify(verify, headerToken(c.req))
    if (caller.kind === 'guest') throw onlyIts(caller.guest.kind)
    c.set('owner', caller.owner)
    await next()
  }
}

/**
 * For a route that reads the run of its path. Admits owners (the route itself checks whose run it is), and the
 * holder of a watch token for this run.
 */
function requireReader(ports: RunPort, verify: VerifyToken): MiddlewareHandler<RequestContext> {
  return async (c, next) => {
    const caller = await identify(verify, headerToken(c.req))
    c.set('owner', (await admit(ports, c.req, caller)).owner)
    await next()
  }
}

/**
 * For a route that reads a matter or documents. Admits owners, and the holder of a watch token for the matter that the
 * request names.
 */
function requireVisitor(ports: MatterPort, verify: VerifyToken): MiddlewareHandler<RequestContext> {
  return async (c, next) => {
    const caller = await identify(verify, headerToken(c.req))
    const isGuest = caller.kind === 'guest'
    if (isGuest) {
      if (caller.guest.kind !== 'matter') throw onlyIts(caller.guest.kind)
      await admitToMatter(ports, c.req, caller.guest)
    }
    c.set('owner', isGuest ? caller.guest.owner : caller.owner)
    c.set('is_guest', isGuest)
    await next()
  }
}

/**
 * For a route that watches a run. Takes the token from the header, or else from `?token=`, because an
 * EventSource cannot send headers.
 */
async function authenticateWatcher(
  ports: RunPort,
  verify: VerifyToken,
  request: HonoRequest,
): Promise<WatchGrant> {
  const caller = await identify(verify, headerToken(request) ?? request.query('token'))
  return admit(ports, request, caller)
}

/** The same for a route that reads more than one run. Refuses watch tokens. */
async function authenticateOwner(verify: VerifyToken, request: HonoRequest): Promise<WatchGrant> {
  const caller = await identify(verify, headerToken(request) ?? request.query('token'))
  if (caller.kind === 'owner') return { owner: caller.owner, until: caller.until }
  throw onlyIts(caller.guest.kind)
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

/**
 * Returns the right of a caller to watch the run of the path. A guest holds a watch token for one run: any
 * other run is 404 for the guest, as if it did not exist (W-12).
 */
async function admit(ports: RunPort, request: HonoRequest, caller: Caller): Promise<WatchGrant> {
  const { until } = caller
  if (caller.kind === 'owner') return { owner: caller.owner, until }
  const { guest } = caller
  if (guest.kind !== 'run') throw onlyIts(guest.kind)
  if (request.param('run_id') !== guest.run_id) throw notFound()
  if (await isRevoked(ports, guest)) throw invalidToken('The token has been revoked.')
  return { owner: guest.owner, until, token_id: guest.token_id }
}

/** Asks the run's object for each request, so that a revoked token opens nothing from its revocation on. */
async function isRevoked(ports: RunPort, { run_id, owner, token_id }: RunGuest): Promise<boolean> {
  const answer = await callRun(() => ports.run(run_id).admits({ owner, token_id }))
  if (answer === 'deleted') throw deleted()
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

function onlyIts(what: 'run' | 'matter'): ProblemError {
  return invalidToken(
    `A watch token reads only its own ${what}. Everything else needs a token of the owner.`,
  )
}
