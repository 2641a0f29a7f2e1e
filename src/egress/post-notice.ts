import { Webhook } from 'standardwebhooks'

import type { NoticePost, PostAnswer, PostNotice } from '../durable/owner/notices/webhook-rpc.ts'
import { FetchFailure } from '../pipelines/fetch.ts'
import { checkAddress, readAllowed } from './address.ts'
import { createGuardedFetch, type GuardSettings } from './guarded-fetch.ts'

/** An endpoint only has to say that it has the notice: what it does with the notice comes after its answer. */
const ANSWER_MS = 15_000
/** Nobody reads the answer. Its first bytes are taken so that the connection ends well. */
const ANSWER_BYTES = 10_000

type PostSettings = Pick<GuardSettings, 'allow' | 'user_agent'>

/** Sends notices past the guard of all outgoing requests, signed as Standard Webhooks says. No redirect is followed. */
export function noticePoster({ allow, user_agent }: PostSettings): PostNotice {
  const fetch = createGuardedFetch({
    allow,
    ...(user_agent === undefined ? {} : { user_agent }),
    first_byte_ms: ANSWER_MS,
    total_ms: ANSWER_MS,
    max_bytes: ANSWER_BYTES,
    beyond: 'cut',
  })
  return async (post): Promise<PostAnswer> => {
    try {
      const headers = headersOf(post)
      const init = { kind: 'api', headers, body: post.body, redirect: 'manual' } as const
      const { status } = await fetch(post.url, init)
      return { status }
    } catch (error) {
      return { status: null, error: reasonOf(error) }
    }
  }
}

function headersOf({ notice_id, at, body, secrets }: NoticePost): Record<string, string> {
  const seconds = new Date(at)
  const signatures = secrets.map((secret) => new Webhook(secret).sign(notice_id, seconds, body))
  return {
    'webhook-id': notice_id,
    'webhook-timestamp': String(Math.floor(at / 1_000)),
    'webhook-signature': signatures.join(' '),
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof FetchFailure) return error.failure.message
  return 'The request failed.'
}

/** Why no notice may be sent to an address. Undefined: one may. */
export function targetFault(address: string, allow: readonly string[]): string | undefined {
  const allowed = readAllowed(allow)
  const checked = checkAddress(address, allowed)
  if (checked.kind === 'refused') return checked.message
  const { protocol, origin } = checked.url
  return protocol === 'https:' || allowed.has(origin)
    ? undefined
    : 'Only https is taken, so that nobody on the way can read a notice.'
}
