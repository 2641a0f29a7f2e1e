import robotsParser from 'robots-parser'

import type { RobotsAnswer } from './host-rpc.ts'

/** The name under which a robots.txt speaks of us. */
const PRODUCT = 'runcast'
const DELAY_MAX_MS = 60_000

/** A host's robots.txt as it was last read. If `text` is null the host has none, and everything is allowed. */
export type RobotsFile = { readonly text: string | null; readonly fetched_at: number }

export type RobotsRules = {
  allows(url: string): boolean
  /** The least time between two requests that robots.txt asks for. */
  readonly delay_ms: number
}

/**
 * Reads the answer to a request for robots.txt (RFC 9309 2.3.1). Returns undefined if the answer shows that the
 * host is in trouble, and so says nothing about the file. A 429 counts as trouble: it only says that we asked too
 * often.
 */
export function readRobots(
  { status, text }: RobotsAnswer,
  fetched_at: number,
): RobotsFile | undefined {
  if (status === null || status >= 500 || status === 429) return undefined
  const found = status >= 200 && status < 300
  return { text: found ? ourRules(text ?? '', PRODUCT) : null, fetched_at }
}

/** Parses a robots.txt. Its rules allow no address of another origin. */
export function parseRobots(origin: string, { text }: RobotsFile): RobotsRules {
  const robots = robotsParser(`${origin}/robots.txt`, text ?? '')
  return {
    allows: (url) => robots.isAllowed(url, PRODUCT) ?? false,
    delay_ms: toMs(robots.getCrawlDelay(PRODUCT)),
  }
}

/** Whether this is the address of robots.txt, which may always be fetched. */
export function isRobotsFile(url: string): boolean {
  return new URL(url).pathname === '/robots.txt'
}

function toMs(seconds: number | undefined): number {
  return Math.min(Math.max(0, (seconds ?? 0) * 1_000), DELAY_MAX_MS)
}

/**
 * The most characters of all patterns with wildcards together. robots-parser compares each of these characters
 * with each character of an address.
 */
const WILDCARDS_MAX = 65_536
const FORBID_ALL = 'user-agent: *\ndisallow: /'
const RECORD = /^\s*(user-agent|allow|disallow|crawl-delay)\s*:([^#]*)/i
const AGENT = /^(?:\*|[a-z_-]+)/
/** Control characters: no address holds them, and as JSON they take six times their room. */
const MALFORMED = /[^\P{Cc}\t]/u

/**
 * Keeps only the groups of a robots.txt that are for this product or for all products: a file that names thousands
 * of products over thousands of rules would otherwise make millions of rules. Lines of an unknown kind do not end
 * a group (RFC 9309 2.2.4). A file whose patterns cost too much to compare counts as forbidding everything.
 */
function ourRules(text: string, product: string): string {
  const kept: string[] = []
  const agents = new Set<string>()
  let heading = false
  for (const { name, value } of records(text)) {
    if (name === 'user-agent') {
      if (!heading) agents.clear()
      const agent = AGENT.exec(value.toLowerCase())?.[0] ?? ''
      const ours = agent === '*' || agent === product
      if (ours && !agents.has(agent)) kept.push(`${name}: ${agent}`)
      if (ours) agents.add(agent)
    } else if (agents.size > 0) kept.push(`${name}: ${value}`)
    heading = name === 'user-agent'
  }
  return isCostly(kept) ? FORBID_ALL : kept.join('\n').toWellFormed()
}

function records(text: string) {
  return text.split(/\r\n|\r|\n/).flatMap((line) => {
    const [, name, value] = MALFORMED.test(line) ? [] : (RECORD.exec(line) ?? [])
    return name === undefined || value === undefined
      ? []
      : { name: name.toLowerCase(), value: value.trim() }
  })
}

function isCostly(lines: readonly string[]): boolean {
  const costs = lines.map((line) => (/\*./.test(line) ? line.length : 0))
  return costs.reduce((sum, cost) => sum + cost, 0) > WILDCARDS_MAX
}
