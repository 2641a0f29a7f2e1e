import type { RobotsAnswer } from '../durable/host/host-rpc.ts'
import { FetchFailure } from '../pipelines/fetch.ts'
import {
  createGuardedFetch,
  type GuardSettings,
  openAdmission,
  type Admission,
} from './guarded-fetch.ts'

/** RFC 9309 (2.5) asks a crawler to read at least 500 KiB. The rest of a longer file is ignored. */
const MAX_BYTES = 500 * 1024

export type RobotsReader = (origin: string) => Promise<Omit<RobotsAnswer, 'ticket'>>

/**
 * Reads an origin's robots.txt through the guard, without a pace. The fetch that caused the read cannot abort
 * it, because all fetches of the origin use the result.
 */
export function robotsReader(settings: Omit<GuardSettings, 'admission'>): RobotsReader {
  const within = { ...settings, max_bytes: MAX_BYTES, beyond: 'cut' } as const
  return async (origin) => {
    let last: number | null = null
    const answered: Admission['answered'] = (answer) => {
      last = typeof answer === 'object' ? (answer?.status ?? null) : null
    }
    const guarded = createGuardedFetch({
      ...within,
      admission: () => ({ ...openAdmission, answered }),
    })
    try {
      const { status, body } = await guarded(`${origin}/robots.txt`, { kind: 'page' })
      return { status, text: status >= 200 && status < 300 ? readText(body) : null }
    } catch (error) {
      // After a refused redirect, `last` holds the redirect's status. Otherwise no answer came, and `last` is null.
      if (error instanceof FetchFailure) return { status: last, text: null }
      throw error
    }
  }
}

/** Drops the last line of a file that was cut: half of `Disallow: /private` may read `Disallow: /`. */
function readText(body: Uint8Array): string {
  const text = new TextDecoder().decode(body)
  if (body.byteLength < MAX_BYTES) return text
  return text.slice(0, Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1)
}
