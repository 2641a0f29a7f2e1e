import type { Hono } from 'hono'
import { SignJWT } from 'jose'
import { z } from 'zod'

import { Owner } from '../protocol/ids.ts'
import type { AuthConfig } from './auth-config.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, jsonBody, reply } from './contract/contract.ts'
import { requireLoopback } from './origins.ts'
import type { ApiPorts } from './ports.ts'
import type { RequestContext } from './request-context.ts'

/** The body of a request. `expires_in` is at most 30 days. */
const TokenRequest = z.strictObject({
  sub: Owner,
  expires_in: z.int().min(1).max(2_592_000).default(3_600).meta({ description: 'In seconds.' }),
})
type TokenRequest = z.infer<typeof TokenRequest>

const made = {
  tag: 'Service',
  access: 'anyone',
  route: 'POST /api/dev/token',
  summary: 'Makes a token for local development. No other environment has this route.',
  body: jsonBody(TokenRequest, { sub: 'alice' }),
  answers: { 200: json(z.object({ token: z.string() }), 'A token of that owner.') },
  problems: ['foreign-origin'],
} as const satisfies Contract

type SecretAuth = Extract<AuthConfig, { kind: 'secret' }>

/** Adds the route that gives a token to anybody on this machine. Only the local environment has it. */
export function devTokenRoutes(
  app: Hono<RequestContext>,
  add: AddRoute,
  { auth, environment }: ApiPorts,
): void {
  if (environment !== 'local' || auth.kind !== 'secret') return
  app.post('/api/dev/token', requireLoopback)
  add(made, async ({ body }) => reply(200, { token: await sign(auth, body) }))
}

function sign(auth: SecretAuth, { sub, expires_in }: TokenRequest): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(sub)
    .setIssuer(auth.issuer)
    .setAudience(auth.audience)
    .setIssuedAt()
    .setExpirationTime(`${expires_in}s`)
    .sign(new TextEncoder().encode(auth.secret))
}
