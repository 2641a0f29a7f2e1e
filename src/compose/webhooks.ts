import type { PostNotice } from '../durable/owner/notices/webhook-rpc.ts'
import { noticePoster, targetFault } from '../egress/post-notice.ts'
import { userAgentOf } from '../egress/user-agent.ts'
import type { Env } from '../env.ts'
import { readList } from '../settings.ts'

/** What sends notices, connected to the guard of this deployment. */
export function noticePosts(env: Env): PostNotice {
  return noticePoster({ allow: readList(env.EGRESS_ALLOW), user_agent: userAgentOf(env.CONTACT) })
}

/** Checks the address of an endpoint before it is stored. */
export function targetChecks({ EGRESS_ALLOW }: Env): (address: string) => string | undefined {
  const allow = readList(EGRESS_ALLOW)
  return (address) => targetFault(address, allow)
}
