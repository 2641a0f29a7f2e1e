import type { Owner, RunId } from '../protocol/ids.ts'
import type { WatchTokenId } from '../protocol/run.ts'

/** Who may watch one run, by a token that its owner gave away. */
export type Guest = {
  readonly owner: Owner
  readonly run_id: RunId
  readonly token_id: WatchTokenId
}

/**
 * `until`: when what is opened with the token ends, in ms since 1970. `expired`: it was a good one.
 * `unavailable`: the key server gave no keys, so nothing can be said of the token.
 */
export type Verdict =
  | { readonly kind: 'owner'; readonly owner: Owner; readonly until: number }
  | { readonly kind: 'guest'; readonly guest: Guest; readonly until: number }
  | { readonly kind: 'expired' }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'unavailable'; readonly cause: unknown }

export function refused(detail: string): Verdict {
  return { kind: 'refused', detail: `${detail}.` }
}

/**
 * What a token has opened stays open a little longer than the token lasts: a client whose clock is behind
 * ours by less than this has a new one by then.
 */
const GRACE_MS = 2_000

/** `exp` in seconds since 1970, as a token has it; it may be far beyond what a clock can show. */
export function endOf(exp: number): number {
  return Math.min(exp * 1_000 + GRACE_MS, Number.MAX_SAFE_INTEGER)
}
