import { neon, neonConfig, type NeonQueryFunction } from '@neondatabase/serverless'
import { DrizzleQueryError } from 'drizzle-orm/errors'
import { drizzle, type NeonHttpDatabase } from 'drizzle-orm/neon-http'

import { type Gate, openGate } from '../gate.ts'
import { classify } from './classify.ts'

/**
 * Postgres by single statements over HTTP (DB-1). No connection stays open between two statements. Callers
 * await a statement of `orm` through `answered`.
 */
export type Database = {
  readonly orm: NeonHttpDatabase
  query(text: string, params: readonly unknown[]): Promise<Rows>
  /**
   * Runs the statements as one transaction, in one request, and returns the last one's rows. Each statement
   * sees what was committed before it began. After a statement that waited for a lock, the next one sees
   * what the lock's holder wrote; a single statement would still see the state before the wait.
   */
  batch(statements: readonly Statement[]): Promise<Rows>
}

type Rows = readonly Record<string, unknown>[]

export type Statement = readonly [text: string, params: readonly unknown[]]

/** Postgres did not answer or had no capacity. The same statement may succeed later. */
export class DatabaseUnavailable extends Error {
  constructor(options: ErrorOptions) {
    super('Postgres cannot be reached', options)
    this.name = 'DatabaseUnavailable'
  }
}

/** A host that cannot exist (RFC 2606). Without a connection string, each statement reports Postgres as unreachable. */
const NO_DATABASE = 'postgresql://nobody:nothing@unset.invalid/none'

type DatabaseOptions = {
  /** The connection string. Undefined if the deployment has none. */
  readonly url: string | undefined
  /** The address that speaks Neon's HTTP protocol, if it is not the host of `url`. */
  readonly endpoint?: string | undefined
  /** Milliseconds after which a statement counts as unanswered. The statement may still take effect. */
  readonly statement_ms: number
  /** A statement passes this gate before its time-out starts. */
  readonly gate?: Gate
}

export function connect({
  url,
  endpoint,
  statement_ms,
  gate = openGate,
}: DatabaseOptions): Database {
  if (endpoint !== undefined) neonConfig.fetchEndpoint = endpoint
  const fetchOptions = {
    // The driver copies these options for each request, so each request starts its own time-out.
    get signal() {
      return AbortSignal.timeout(statement_ms)
    },
  }
  const sql = neon(url ?? NO_DATABASE, { fetchOptions })
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

/** Awaits a statement's rows. Throws DatabaseUnavailable, or the error that Postgres answered. */
export async function answered<T>(statement: PromiseLike<T>): Promise<T> {
  try {
    return await statement
  } catch (error) {
    // Drizzle's message repeats every parameter, and a log must not hold them.
    const cause = error instanceof DrizzleQueryError ? (error.cause ?? error) : error
    throw classify(cause).kind === 'unavailable' ? new DatabaseUnavailable({ cause }) : cause
  }
}
