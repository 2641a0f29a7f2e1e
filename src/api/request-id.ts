import type { MiddlewareHandler } from 'hono'

import type { ApiEnv } from './env.ts'

/**
 * Names the request in every answer and log line, as the edge does or else at random, and lets
 * nobody keep an answer that does not say that it may be kept.
 */
export const identifyRequest: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const ray = c.req.header('cf-ray') ?? ''
  const request_id = /^[\w-]{1,64}$/.test(ray) ? ray : crypto.randomUUID()
  c.set('request_id', request_id)
  await next()
  c.header('x-request-id', request_id)
  if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
}
