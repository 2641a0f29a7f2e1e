import { timestamp } from 'drizzle-orm/pg-core'

/** A column that holds a moment, as Postgres' own text. */
export function moment() {
  return timestamp({ withTimezone: true, mode: 'string' })
}
