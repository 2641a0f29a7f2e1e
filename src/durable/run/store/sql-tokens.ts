import type { RunStore } from './run-store.ts'

export const TOKEN_TABLES = `
  CREATE TABLE revoked_tokens (id TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
`

type TokenPart = Pick<RunStore, 'revokeToken' | 'isTokenRevoked'>

/** Watch tokens that are refused before they expire, a row each. */
export function tokenTable(sql: SqlStorage): TokenPart {
  return {
    revokeToken(id, until, now) {
      sql.exec('DELETE FROM revoked_tokens WHERE until <= ?', now)
      sql.exec(
        'INSERT INTO revoked_tokens (id, until) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET until = max(until, excluded.until)',
        id,
        until,
      )
    },
    isTokenRevoked: (id) =>
      sql.exec('SELECT 1 FROM revoked_tokens WHERE id = ?', id).toArray().length > 0,
  }
}
