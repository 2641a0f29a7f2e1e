import { sql, type SQLWrapper } from 'drizzle-orm'

const FORMAT = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`
const EXACT = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`

/** Postgres' own form of a time depends on its session; this is ISO 8601 in UTC. */
export function iso(column: SQLWrapper) {
  return sql<string | null>`to_char(${column} AT TIME ZONE 'UTC', ${sql.raw(FORMAT)})`
}

/** The same with all that Postgres has of it, which a position in a listing needs. */
export function exactIso(column: SQLWrapper) {
  return sql<string>`to_char(${column} AT TIME ZONE 'UTC', ${sql.raw(EXACT)})`
}

/** The same as `iso` for a statement's text. */
export function isoText(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', ${FORMAT})`
}
