import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'

import type { ApiPorts } from './ports.ts'
import { ProblemError } from './problem.ts'

type OriginPorts = Pick<ApiPorts, 'cors' | 'environment'>

/**
 * Whether pages of this origin may call the API: pages of a configured origin and, locally, pages of this
 * machine.
 */
function mayCall({ cors: configured, environment }: OriginPorts, origin: string): boolean {
  return configured.includes(origin) || (environment === 'local' && isLoopbackOrigin(origin))
}

/**
 * Tells browsers what a page of another origin may send, and which headers of an answer the page may read
 * (CORS).
 */
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
    exposeHeaders: [
      'ETag',
      'Location',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'X-Request-Id',
    ],
    maxAge: 600,
  })
}

/**
 * Refuses sockets to pages of foreign origins. CORS does not cover sockets: a browser lets any page open one,
 * and sends the page's Origin. Clients other than browsers send no Origin.
 */
export function requireCaller(ports: OriginPorts): MiddlewareHandler {
  return async ({ req }, next) => {
    const origin = req.header('origin')
    const own = new URL(req.url).origin
    if (origin !== undefined && origin !== own && !mayCall(ports, origin))
      throw foreignOrigin(
        'Pages of this origin may not call. The setting CORS_ORIGINS names the origins that may.',
      )
    await next()
  }
}

/**
 * Admits only requests of this machine. The Host gives away a foreign name that resolves to this machine (DNS
 * rebinding), and the Origin gives away a foreign page.
 */
export const requireLoopback: MiddlewareHandler = async ({ req }, next) => {
  const host = req.header('host')
  const origin = req.header('origin')
  const near =
    (host === undefined || isLoopbackHost(host)) &&
    (origin === undefined || isLoopbackOrigin(origin))
  if (!near)
    throw foreignOrigin(
      'This route answers only requests of its own machine. Call it under localhost.',
    )
  await next()
}

/**
 * Writes an origin as a browser does: in lower case, without a slash at its end, without the default port.
 * Returns undefined if the text is no origin. Apps have schemes of their own, such as `capacitor://localhost`.
 */
export function normalOrigin(text: string): string | undefined {
  const origin = /^([a-z][a-z\d+.-]*):\/\/[^\s/?#@*]+(?=\/?$)/.exec(text.toLowerCase())
  if (origin === null) return undefined
  const [whole, scheme] = origin
  return scheme === 'http' || scheme === 'https' ? URL.parse(whole)?.origin : whole
}

/** Reads `CORS_ORIGINS`. Throws if an entry is no origin, because such an entry would silently admit nobody. */
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

/** Whether a host is a name of this machine that a browser does not look up, with or without a port. */
function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(host)
}

function foreignOrigin(detail: string): ProblemError {
  return new ProblemError('foreign-origin', { detail })
}
