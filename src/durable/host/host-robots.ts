import robotsParser from 'robots-parser'

import { ourRules } from './host-robots-text.ts'
import type { RobotsAnswer } from './host-rpc.ts'

/** What we are called in a robots.txt. */
const PRODUCT = 'runcast'
const DELAY_MAX_MS = 60_000

/** A host's robots.txt as it was last read; null text: it has none, and everything is allowed. */
export type RobotsFile = { readonly text: string | null; readonly fetched_at: number }

export type RobotsRules = {
  allows(url: string): boolean
  /** The least time between two requests that it asks for. */
  readonly delay_ms: number
}

/**
 * What an answer says (RFC 9309 2.3.1); undefined: nothing for now, since the host is in trouble.
 * A 429 is trouble too: it says no more of the file than that it was asked for too often.
 */
export function readRobots(
  { status, text }: RobotsAnswer,
  fetched_at: number,
): RobotsFile | undefined {
  if (status === null || status >= 500 || status === 429) return undefined
  const found = status >= 200 && status < 300
  return { text: found ? ourRules(text ?? '', PRODUCT) : null, fetched_at }
}

/** Of another origin it allows nothing: it does not speak of it. */
export function parseRobots(origin: string, { text }: RobotsFile): RobotsRules {
  const robots = robotsParser(`${origin}/robots.txt`, text ?? '')
  return {
    allows: (url) => robots.isAllowed(url, PRODUCT) ?? false,
    delay_ms: toMs(robots.getCrawlDelay(PRODUCT)),
  }
}

/** Robots.txt itself may always be fetched. */
export function isRobotsFile(url: string): boolean {
  return new URL(url).pathname === '/robots.txt'
}

function toMs(seconds: number | undefined): number {
  return Math.min(Math.max(0, (seconds ?? 0) * 1_000), DELAY_MAX_MS)
}
