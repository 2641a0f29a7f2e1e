import { z } from 'zod'

import { Company } from '../../src/protocol/company.ts'

const Local = z.object({ sites: z.url().optional() })
const Companies = z.array(Company)
export type Companies = z.infer<typeof Companies>

/**
 * Loads the companies of the sample sites. `npm start` writes the sites' address to `/local.json` and puts
 * their companies beside it, because the page may only request its own origin. A deployment has neither.
 */
export async function loadSamples(): Promise<Companies> {
  const { sites } = Local.parse(await load('/local.json'))
  return sites === undefined ? [] : Companies.parse(await load('/samples.json'))
}

async function load(path: string): Promise<unknown> {
  const response = await fetch(path, { cache: 'no-store' })
  if (!response.ok) throw new Error(`${path} was answered with status ${response.status}.`)
  return response.json()
}
