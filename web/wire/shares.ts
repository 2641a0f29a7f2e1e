import { z } from 'zod'

import { RunId } from '../../src/protocol/ids.ts'
import { WatchTokenId } from '../../src/protocol/run.ts'
import { parseJson } from './json.ts'

/** A link that this browser made. The API keeps no list of them, so the browser remembers whom to revoke. */
const KeptShare = z.object({
  run_id: RunId,
  name: z.string(),
  token_id: WatchTokenId,
  expires_at: z.string(),
})
export type KeptShare = z.infer<typeof KeptShare>

const KEY = 'runcast-shares'

/** The links of this browser that have not expired. */
export function keptShares(now: number): readonly KeptShare[] {
  const { data } = z.array(KeptShare).safeParse(parseJson(localStorage.getItem(KEY) ?? '[]'))
  return (data ?? []).filter(({ expires_at }) => Date.parse(expires_at) > now)
}

export function keepShare(share: KeptShare): void {
  store([share, ...keptShares(Date.now())])
}

export function forgetShare(token_id: string): void {
  store(keptShares(Date.now()).filter((share) => share.token_id !== token_id))
}

function store(shares: readonly KeptShare[]): void {
  localStorage.setItem(KEY, JSON.stringify(shares))
}
