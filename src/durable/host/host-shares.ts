import type { Reason } from '../../protocol/status.ts'
import type { UnderWay } from './host-pace.ts'
import type { HostShare } from './host-rpc.ts'

/** The answers that were fetched or confirmed moments ago, by their addresses. */
export type Shares = Readonly<Record<string, { readonly answer: string; readonly at: number }>>

type ShareMoment = { readonly now: number; readonly share_ms: number }

/** A caller waits for so long, in ms, while another caller fetches the same address. */
const SHARED_WAIT_MS = 500
/** For so long after its request a caller may still be storing the answer. */
const STORING_MS = 1_000

/** Whether a caller can do without a fetch: its answer is fresh, or another caller is fetching a fresh one. */
export function sharedWith(
  { shares, under_way }: { readonly shares: Shares; readonly under_way: readonly UnderWay[] },
  share: HostShare | undefined,
  { now, share_ms }: ShareMoment,
): 'kept' | { readonly until: number } | undefined {
  if (share === undefined) return undefined
  if (under_way.some((request) => request.share?.key === share.key)) {
    return { until: now + SHARED_WAIT_MS }
  }
  const known = Object.hasOwn(shares, share.key) ? shares[share.key] : undefined
  if (known === undefined || known.at <= now - share_ms) return undefined
  if (known.answer === share.held) return 'kept'
  return known.at > now - STORING_MS ? { until: now + SHARED_WAIT_MS } : undefined
}

/** Notes which answer a fetch brought or confirmed. Forgets those that are no longer fresh. */
export function withAnswer(
  shares: Shares,
  { share, status }: { readonly share: HostShare | undefined; readonly status: number | null },
  { now, share_ms }: ShareMoment,
): Shares {
  const answer = status === 304 ? share?.held : status === 200 ? share?.fresh : undefined
  if (share === undefined || answer === undefined) return shares
  const fresh = Object.entries(shares).filter(([, { at }]) => at > now - share_ms)
  return Object.fromEntries([...fresh, [share.key, { answer, at: now }]])
}

export function sharingReason(host: string): Reason {
  return { code: 'host_shared', message: `${host} is being asked the same by another reader.` }
}
