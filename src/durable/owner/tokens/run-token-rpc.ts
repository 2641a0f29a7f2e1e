import type { RunId } from '../../../protocol/ids.ts'
import type { WatchTokenId } from '../../../protocol/run.ts'

/**
 * The calls on the watch tokens that an owner made for runs (SHARE-4). The list only says which there are: the object of a run
 * decides whom it admits (W-12). An object of an earlier version lacks these calls.
 */
export type RunTokenRpc = {
  /** Enters a token in the list. The call may be repeated. */
  keepToken(token: RunToken): Promise<void>
  /** Takes a token of this run out of the list. */
  dropToken(token: RunTokenKey): Promise<void>
  /** Lists the tokens that have not expired, the newest first. */
  listTokens(request: RunTokenQuery): Promise<readonly ListedRunToken[]>
}

export type RunTokenKey = { readonly run_id: RunId; readonly token_id: WatchTokenId }

/** `made` and `until` are in ms since 1970. */
export type RunToken = RunTokenKey & {
  readonly made: number
  readonly until: number
}

/** `after`: the last token of the page before. */
export type RunTokenQuery = {
  readonly after?: Pick<RunToken, 'made' | 'token_id'> | undefined
  readonly limit: number
}

/** `title`: what people call the run. Null: the owner's list no longer has the run. */
export type ListedRunToken = RunToken & { readonly title: string | null }
