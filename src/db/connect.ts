import { neon, neonConfig, type NeonQueryFunction } from '@neondatabase/serverless'
import { DrizzleQueryError } from 'drizzle-orm/errors'
import { drizzle, type NeonHttpDatabase } from 'drizzle-orm/neon-http'

import { type Gate, openGate } from '../gate.ts'
import { classify } from './classify.ts'

/**
 * Postgres by single statements over HTTP (DB-1): nothing is held open between two of them.
 * Statements of `orm` are awaited through `answered`.
 */
export type Database = {
  readonly orm: NeonHttpDatabase
  query(text: string, params: readonly unknown[]): Promise<Rows>
  /**
   * The statements as one transaction, in one request; answers the last one's rows. Each sees what
   * was committed before it began, so that after one that waited for a lock, the next sees all that
   * the lock's holder wrote; a single statement would still see what was there before the wait.
   */
  batch(statements: readonly Statement[]): Promise<Rows>
}

type Rows = readonly Record<string, unknown>[]

export type Statement = readonly [text: string, params: readonly unknown[]]

/** Postgres did not answer, or could not; the same statement may go through later. */
export class DatabaseUnavailable extends Error {
  constructor(options: ErrorOptions) {
    super('Postgres cannot be reached', options)
    this.name = 'DatabaseUnavailable'
  }
}

type Connection = {
  readonly url: string
  /** Where Neon's HTTP protocol is spoken, if not at the host of `url`. */
  readonly endpoint?: string
  /** Milliseconds until a statement counts as unanswered; it may still take effect. */
  readonly statement_ms: number
  /** A statement passes this gate before its time-out starts. */
  readonly gate?: Gate
}

export function connect({ url, endpoint, statement_ms, gate = openGate }: Connection): Database {
  if (endpoint !== undefined) neonConfig.fetchEndpoint = endpoint
  const fetchOptions = {
    // The driver copies these options for each request, so each gets a time-out of its own.
    get signal() {
      return AbortSignal.timeout(statement_ms)
    },
  }
  const sql = neon(url, { fetchOptions })
  return {
    orm: drizzle(gated(sql, gate)),
    query: (text, params) => answered(gate(() => sql.query(text, [...params]))),
    batch: async (statements) => {
      const queries = statements.map(([text, params]) => sql.query(text, [...params]))
      const isolationLevel = 'ReadCommitted'
      const results = await answered(gate(() => sql.transaction(queries, { isolationLevel })))
      return results.at(-1) ?? []
    },
  }
}

type Sql = NeonQueryFunction<false, false>

/** Drizzle calls only `query` of a client. */
function gated(sql: Sql, gate: Gate): Sql {
  const query = (...statement: Parameters<Sql['query']>) => gate(() => sql.query(...statement))
  return new Proxy(sql, { get: (of, key) => (key === 'query' ? query : Reflect.get(of, key)) })
}

/** A statement's answer. Throws DatabaseUnavailable, or what Postgres found wrong. */
export async function answered<T>(statement: PromiseLike<T>): Promise<T> {
  try {
    return await statement
  } catch (error) {
    // Drizzle's own message repeats every parameter, which is no matter for a log.
    const cause = error instanceof DrizzleQueryError ? (error.cause ?? error) : error
    throw classify(cause).kind === 'unavailable' ? new DatabaseUnavailable({ cause }) : cause
  }
}
