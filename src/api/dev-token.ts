import { Hono } from 'hono'
import { SignJWT } from 'jose'
import { z } from 'zod'

import { Owner } from '../protocol/ids.ts'
import type { AuthConfig } from './auth-config.ts'
import { readJson } from './body.ts'
import type { ApiEnv } from './env.ts'
import { parseInput } from './input.ts'
import { requireLoopback } from './origins.ts'
import type { ApiPorts } from './ports.ts'

/** `expires_in` is in seconds, a month at most. */
const TokenRequest = z.strictObject({
  sub: Owner,
  expires_in: z.int().min(1).max(2_592_000).default(3_600),
})
type TokenRequest = z.infer<typeof TokenRequest>

type SecretAuth = Extract<AuthConfig, { kind: 'secret' }>

/** A token for whoever asks on this machine, for local development: anywhere else there is no such route. */
export function devTokenRoutes({ auth, environment }: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  if (environment !== 'local' || auth.kind !== 'secret') return app
  return app.post('/', requireLoopback, async (c) => {
    const request = parseInput(TokenRequest, await readJson(c.req.raw))
    return c.json({ token: await sign(auth, request) })
  })
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
