import type { RunId } from '../../../protocol/ids.ts'
import type { RunToken, RunTokenKey, RunTokenQuery } from './run-token-rpc.ts'

/** Expired tokens are the beginning of the table, so that none is read to find them. */
const TABLE = `CREATE TABLE IF NOT EXISTS run_tokens (
  until INTEGER NOT NULL, token_id TEXT NOT NULL, run_id TEXT NOT NULL, made INTEGER NOT NULL,
  PRIMARY KEY (until, token_id)) WITHOUT ROWID`

/** Stores which watch tokens of runs an owner has made. Every call is synchronous. */
type RunTokenStore = {
  /** Enters a token, and deletes those that have expired at `now`. */
  put(token: RunToken, now: number): void
  /** The tokens that have not expired at `now`, the newest first. Deletes those that have. */
  list(query: RunTokenQuery, now: number): readonly RunToken[]
  drop(token: RunTokenKey): void
  dropRuns(run_ids: readonly RunId[]): void
}

/** The watch tokens in the object's own SQLite. The table is made with the first write. */
export function openSqlRunTokens({ sql }: DurableObjectStorage): RunTokenStore {
  const isMade = (): boolean =>
    sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'run_tokens'").toArray().length > 0
  const dropExpired = (now: number): void => {
    sql.exec('DELETE FROM run_tokens WHERE until <= ?', now)
  }
  return {
    put({ run_id, token_id, made, until }, now) {
      sql.exec(TABLE)
      dropExpired(now)
      const text =
        'INSERT OR IGNORE INTO run_tokens (until, token_id, run_id, made) VALUES (?, ?, ?, ?)'
      sql.exec(text, until, token_id, run_id, made)
    },
    list({ after = { made: Number.MAX_SAFE_INTEGER, token_id: '' }, limit }, now) {
      if (!isMade()) return []
      dropExpired(now)
      const { made, token_id } = after
      const text = `SELECT run_id, token_id, made, until FROM run_tokens
        WHERE made < ? OR (made = ? AND token_id > ?) ORDER BY made DESC, token_id LIMIT ?`
      return sql.exec<RunToken>(text, made, made, token_id, limit).toArray()
    },
    drop({ run_id, token_id }) {
      const text = 'DELETE FROM run_tokens WHERE token_id = ? AND run_id = ?'
      if (isMade()) sql.exec(text, token_id, run_id)
    },
    dropRuns(run_ids) {
      if (!isMade()) return
      for (const run_id of run_ids) sql.exec('DELETE FROM run_tokens WHERE run_id = ?', run_id)
    },
  }
}
