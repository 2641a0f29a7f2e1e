import type { RobotsAnswer } from '../durable/host/host-rpc.ts'
import { FetchFailure } from '../pipelines/fetch.ts'
import {
  createGuardedFetch,
  type GuardSettings,
  openPassage,
  type Passage,
} from './guarded-fetch.ts'

/** What RFC 9309 (2.5) wants read at least; what is beyond counts for nothing. */
const MAX_BYTES = 500 * 1024

export type RobotsReader = (origin: string) => Promise<Omit<RobotsAnswer, 'ticket'>>

/**
 * Reads an origin's robots.txt through the guard, without a pace. The job that happens to ask has
 * no say in when it ends: what is read serves everybody.
 */
export function robotsReader(settings: Omit<GuardSettings, 'passage'>): RobotsReader {
  const within = { ...settings, max_bytes: MAX_BYTES, beyond: 'cut' } as const
  return async (origin) => {
    let last: number | null = null
    const answered: Passage['answered'] = (answer) => {
      last = typeof answer === 'object' ? (answer?.status ?? null) : null
    }
    const guarded = createGuardedFetch({ ...within, passage: () => ({ ...openPassage, answered }) })
    try {
      const { status, body } = await guarded(`${origin}/robots.txt`, { kind: 'page' })
      return { status, text: status >= 200 && status < 300 ? readText(body) : null }
    } catch (error) {
      // A redirect that leads nowhere was an answer, and no later try makes another of it.
      if (error instanceof FetchFailure) return { status: last, text: null }
      throw error
    }
  }
}

/** A line that was cut would say something else: half of `Disallow: /private` may be `Disallow: /`. */
function readText(body: Uint8Array): string {
  const text = new TextDecoder().decode(body)
  if (body.byteLength < MAX_BYTES) return text
  return text.slice(0, Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1)
}
