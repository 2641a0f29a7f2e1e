import type { Owner, RunId } from '../protocol/ids.ts'
import type { WatchTokenId } from '../protocol/run.ts'

/** Who may watch one run, by a token that its owner gave away. */
export type Guest = {
  readonly owner: Owner
  readonly run_id: RunId
  readonly token_id: WatchTokenId
}

/** `unavailable`: the key server gave no keys, so nothing can be said of the token. */
export type Verdict =
  | { readonly kind: 'owner'; readonly owner: Owner }
  | { readonly kind: 'guest'; readonly guest: Guest }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'unavailable'; readonly cause: unknown }

export function refused(detail: string): Verdict {
  return { kind: 'refused', detail: `${detail}.` }
}
