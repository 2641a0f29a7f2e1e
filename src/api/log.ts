import type { Context } from 'hono'

import type { ApiEnv } from './env.ts'

/** One structured line. No field may hold a token or a query string. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, unknown>>,
) => void

/** Logs what made a request fail, with the id that its caller was told. */
export function reportError(log: Log, c: Context<ApiEnv>, error: unknown): void {
  log('error', 'a request failed', {
    request_id: c.get('request_id'),
    method: c.req.method,
    path: c.req.path,
    error: describe(error),
  })
}

/** An error and its causes, outermost first, with the frames of the innermost. */
function describe(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)]
  const line = `${error.name}: ${error.message}`
  if (error.cause !== undefined) return [line, ...describe(error.cause)]
  return [line, ...frames(error.stack ?? '')]
}

function frames(stack: string): string[] {
  const lines = stack.split('\n').map((line) => line.trim())
  return lines.filter((line) => line.startsWith('at ')).slice(0, 10)
}
