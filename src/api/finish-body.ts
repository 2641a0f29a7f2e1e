import type { MiddlewareHandler } from 'hono'

import type { ApiPorts } from './ports.ts'

/** The most bytes that are read: Cloudflare takes no larger request. */
const DRAINED_MAX = 100 * 1024 * 1024

/** A client that still sends after this time may have its connection reset. */
const DRAINED_MAX_MS = 10_000

/**
 * Disposes of the bytes of a body that the route did not read, before the answer goes out. Cloudflare's edge
 * delivers an answer even while the client still sends. A local workerd has no edge before it and would reset
 * the connection, so there the rest of the body is read first.
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
      // The sender has gone, and waits for no answer.
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
