import { sql, type SQLWrapper } from 'drizzle-orm'

const FORMAT = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`

/** Postgres' own form of a time depends on its session; this is ISO 8601 in UTC. */
export function iso(column: SQLWrapper) {
  return sql<string | null>`to_char(${column} AT TIME ZONE 'UTC', ${sql.raw(FORMAT)})`
}

/** The same for a statement's text. */
export function isoText(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', ${FORMAT})`
}
