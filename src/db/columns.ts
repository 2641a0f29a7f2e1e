import { timestamp } from 'drizzle-orm/pg-core'

/** A column that holds a time. Drizzle reads it as Postgres's text. */
export function moment() {
  return timestamp({ withTimezone: true, mode: 'string' })
}
