import { z } from 'zod'

import { Company } from '../src/protocol/company.ts'
import { parseJson } from './json.ts'

const Local = z.object({ sites: z.url() })
const Companies = z.array(Company)
export type Companies = z.infer<typeof Companies>

/**
 * The companies of the sample sites. `/local.json` says where those are and stands only where
 * `npm start` wrote it: anywhere else there are none.
 */
export async function loadSamples(): Promise<Companies> {
  const response = await fetch('/local.json', { cache: 'no-store' })
  const local = Local.safeParse(parseJson(await response.text()))
  if (!response.ok || !local.success) return []
  const list = await fetch(new URL('/companies.json', local.data.sites))
  if (!list.ok) throw new Error(`The sample sites answered with status ${list.status}.`)
  return Companies.parse(await list.json())
}
