/** Each character of a pattern with a wildcard is held against each of an address. */
const WILDCARDS_MAX = 65_536
const FORBID_ALL = 'user-agent: *\ndisallow: /'
const RECORD = /^\s*(user-agent|allow|disallow|crawl-delay)\s*:([^#]*)/i
const AGENT = /^(?:\*|[a-z_-]+)/
/** What no address holds, and what would take six times its room as JSON. */
const MALFORMED = /[^\P{Cc}\t]/u

/**
 * The groups of a robots.txt that speak of this product or of all, and nothing else of it: lines of
 * other kinds stand in the way of no group (RFC 9309 2.2.4), and a file that names thousands of
 * others over thousands of rules would be millions of rules. One that is too costly to be held
 * against an address forbids everything.
 */
export function ourRules(text: string, product: string): string {
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
