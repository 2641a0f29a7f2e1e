import type { Context } from 'hono'

import { describeError, type Log } from '../log.ts'
import type { ApiEnv } from './env.ts'

/** Logs what made a request fail, with the id that its caller was told. */
export function reportError(log: Log, c: Context<ApiEnv>, error: unknown): void {
  log('error', 'a request failed', {
    request_id: c.get('request_id'),
    method: c.req.method,
    path: c.req.path,
    error: describeError(error),
  })
}
