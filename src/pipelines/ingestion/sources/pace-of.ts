import * as registry from './registry.ts'
import type { PlatformPace } from './source.ts'

type Paced = { readonly pace?: PlatformPace }

const byDomain: ReadonlyMap<string, PlatformPace> = new Map(
  Object.values<Paced>(registry).flatMap(({ pace }) =>
    (pace?.domains ?? []).map((domain) => [domain, pace ?? { domains: [] }] as const),
  ),
)

/** The platform's domain to which a host belongs, and how that platform lets itself be asked. */
export function platformOf(hostname: string): (PlatformPace & { domain: string }) | undefined {
  const labels = hostname.split('.')
  for (let from = 1; from < labels.length - 1; from += 1) {
    const domain = labels.slice(from).join('.')
    const pace = byDomain.get(domain)
    if (pace) return { ...pace, domain }
  }
  return undefined
}
