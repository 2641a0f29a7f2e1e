import type { Owner } from '../protocol/ids.ts'
import type { Watcher } from './authenticate.ts'

/** What the middlewares leave for the routes: `owner` is set on every path that wants a token. */
export type ApiEnv = { Variables: { request_id: string; owner: Owner; watcher: Watcher } }
