import { sql, type SQLWrapper } from 'drizzle-orm'

const FORMAT = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`
const EXACT = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`

/** Formats a time as ISO 8601 in UTC, to the millisecond. Postgres's own form depends on the session. */
export function iso(column: SQLWrapper) {
  return sql<string | null>`to_char(${column} AT TIME ZONE 'UTC', ${sql.raw(FORMAT)})`
}

/** Formats a time with Postgres's full precision. A position in a listing needs it. */
export function exactIso(column: SQLWrapper) {
  return sql<string>`to_char(${column} AT TIME ZONE 'UTC', ${sql.raw(EXACT)})`
}

/** The same as `iso` for a statement's text. */
export function isoText(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', ${FORMAT})`
}

/** The same as `exactIso` for a statement's text. */
export function exactIsoText(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', ${EXACT})`
}
