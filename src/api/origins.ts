import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'

import type { ApiPorts } from './ports.ts'
import { ProblemError } from './problem.ts'

type OriginPorts = Pick<ApiPorts, 'cors' | 'environment'>

/** Whether pages of this origin may call: the configured ones and, locally, those of this machine. */
function mayCall({ cors: configured, environment }: OriginPorts, origin: string): boolean {
  return configured.includes(origin) || (environment === 'local' && isLoopbackOrigin(origin))
}

/** What a page of another origin may send, and may read of the answer. */
export function allowOrigins(ports: OriginPorts): MiddlewareHandler {
  return cors({
    origin: (origin) => (mayCall(ports, origin) ? origin : undefined),
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-None-Match',
      'Last-Event-ID',
    ],
    exposeHeaders: ['ETag', 'Location', 'Retry-After', 'X-Request-Id'],
    maxAge: 600,
  })
}

/**
 * Refuses a socket to pages of foreign origins. CORS does not cover sockets: a browser lets any page open
 * one, and only says whose page it is. Clients that are no browsers send no Origin.
 */
export function requireCaller(ports: OriginPorts): MiddlewareHandler {
  return async ({ req }, next) => {
    const origin = req.header('origin')
    const own = new URL(req.url).origin
    if (origin !== undefined && origin !== own && !mayCall(ports, origin))
      throw foreignOrigin('Pages of this origin are not let in: CORS_ORIGINS names those that are.')
    await next()
  }
}

/**
 * Lets in requests of this machine alone. The Host shows a foreign name that was pointed at this machine
 * (DNS rebinding), and the Origin shows a foreign page.
 */
export const requireLoopback: MiddlewareHandler = async ({ req }, next) => {
  const host = req.header('host')
  const origin = req.header('origin')
  const near =
    (host === undefined || isLoopbackHost(host)) &&
    (origin === undefined || isLoopbackOrigin(origin))
  if (!near) throw foreignOrigin('This is for this machine alone: ask under localhost.')
  await next()
}

/**
 * An origin as a browser writes it: without a slash at its end, in lower case, without the usual port.
 * Undefined: the text is no origin. Apps have schemes of their own, such as `capacitor://localhost`.
 */
export function normalOrigin(text: string): string | undefined {
  const origin = /^([a-z][a-z\d+.-]*):\/\/[^\s/?#@*]+(?=\/?$)/.exec(text.toLowerCase())
  if (origin === null) return undefined
  const [whole, scheme] = origin
  return scheme === 'http' || scheme === 'https' ? URL.parse(whole)?.origin : whole
}

/** Reads `CORS_ORIGINS`. Throws for an entry that is no origin: it would let nobody in, without a word. */
export function readOrigins(texts: readonly string[]): string[] {
  return texts.map((text) => {
    const origin = normalOrigin(text)
    if (origin !== undefined) return origin
    throw new Error(`CORS_ORIGINS holds "${text}", which is no origin such as https://app.example`)
  })
}

function isLoopbackOrigin(origin: string): boolean {
  const url = URL.parse(origin)
  const web = url?.protocol === 'http:' || url?.protocol === 'https:'
  return web && isLoopbackHost(url.host)
}

/** The names that a browser looks up nowhere: with or without a port. */
function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(host)
}

function foreignOrigin(detail: string): ProblemError {
  return new ProblemError('foreign-origin', { detail })
}
