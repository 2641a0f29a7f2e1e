import { onTestFinished } from 'vitest'
import { z } from 'zod'

import { type Sites, startSites } from '../../scripts/sites/server.ts'

export type SitesOptions = Parameters<typeof startSites>[0]

/** Starts sample career sites for one test. */
export async function startOwnSites(settings: SitesOptions): Promise<Sites> {
  const sites = await startSites(settings)
  onTestFinished(() => sites.close())
  return sites
}

export function tellSites(sites: Pick<Sites, 'origin'>, change: object): Promise<Response> {
  return fetch(`${sites.origin}/control`, { method: 'POST', body: JSON.stringify(change) })
}

/** Makes the companies from `from` on wait with their answers until a test tells them to. Company 3 has no listing. */
export async function holdAnswers(
  sites: Pick<Sites, 'origin'>,
  { from, of }: { readonly from: number; readonly of: number },
): Promise<void> {
  for (let number = 1; number <= of; number++)
    await tellSites(sites, {
      board: `company-${number}`,
      latency_ms: number >= from ? 60_000 : 0,
      fault: number === 3 ? '404' : null,
    })
}

const Entry = z.object({
  path: z.string(),
  query: z.string(),
  at: z.int(),
  user_agent: z.string(),
  ended_at: z.int().nullable(),
  status: z.int().nullable(),
})

/** Reads the requests that the sites got, in order. */
export async function requestsOf(sites: Pick<Sites, 'origin'>): Promise<z.infer<typeof Entry>[]> {
  return z.array(Entry).parse(await (await fetch(`${sites.origin}/control/log`)).json())
}
