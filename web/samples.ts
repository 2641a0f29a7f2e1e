import { z } from 'zod'

import { Company } from '../src/protocol/company.ts'

const Local = z.object({ sites: z.url().optional() })
const Companies = z.array(Company)
export type Companies = z.infer<typeof Companies>

/**
 * The companies of the sample sites. `npm start` writes into `/local.json` where those are, and lays
 * their companies beside it, since the page may ask no other origin than its own: anywhere else there
 * are none.
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
