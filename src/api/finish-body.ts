import type { MiddlewareHandler } from 'hono'

import type { ApiPorts } from './ports.ts'

/** As much as the platform lets through in one request. */
const DRAINED_MAX = 100 * 1024 * 1024

/** Whoever takes longer to send what nobody wants may be reset. */
const DRAINED_MAX_MS = 10_000

/**
 * What is left of a body when its answer is known is not wanted. The platform's edge sees to it that
 * the answer is read all the same; a workerd without one resets the connection of whoever is still
 * sending, so there it is taken in first.
 */
export function finishBody({ environment }: Pick<ApiPorts, 'environment'>): MiddlewareHandler {
  return async ({ req }, next) => {
    await next()
    const { body } = req.raw
    if (body === null || body.locked) return
    try {
      if (environment === 'local') await drain(body.getReader())
      else await body.cancel()
    } catch {
      // Its sender has gone, and waits for no answer.
    }
  }
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const timer = setTimeout(() => void reader.cancel().catch(() => undefined), DRAINED_MAX_MS)
  try {
    for (let left = DRAINED_MAX; left > 0;) {
      const { done, value } = await reader.read()
      if (done) return
      left -= value.byteLength
    }
    await reader.cancel()
  } finally {
    clearTimeout(timer)
  }
}
