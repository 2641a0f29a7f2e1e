import { DatabaseError } from 'pg'
import { z } from 'zod'

/** An answer. 400 carries Postgres's error code; any other failure did not come from Postgres. */
export type Reply = {
  readonly status: 200 | 400 | 403 | 404 | 503
  readonly body: object | undefined
}

/** The fields of Postgres' error report that Neon passes on. */
const REPORTED = [
  'severity',
  'code',
  'detail',
  'hint',
  'position',
  'internalPosition',
  'internalQuery',
  'where',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const

export function failureOf(error: unknown): Reply {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof DatabaseError && !isUnreachable(error.code)) {
    const report = Object.fromEntries(REPORTED.map((name) => [name, error[name]]))
    return { status: 400, body: { message, ...report } }
  }
  if (error instanceof SyntaxError || error instanceof z.ZodError)
    return { status: 400, body: { message: `not a Neon request: ${message}` } }
  return { status: 503, body: { message: `the database cannot be reached: ${message}` } }
}

/** True if the connection is at fault (class 08), or if the server is starting or stopping (57P). */
function isUnreachable(code = ''): boolean {
  return /^(?:08[0-9]|57P)/.test(code)
}
