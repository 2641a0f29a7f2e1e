import { looksLikeListing, segmentsOf } from '../sources/posting-address.ts'

/**
 * Whether a redirect ended on the home page, on a page above the requested one, or on a listing. Sites redirect
 * so when a posting is gone.
 */
export function landedOnListing(landed: string, asked: string): boolean {
  const end = new URL(landed)
  const to = segmentsOf(end.pathname)
  const from = segmentsOf(new URL(asked).pathname)
  const shared = from.findIndex((segment, at) => segment !== to[at])
  if (shared === -1) return false
  return shared === to.length || looksLikeListing(end)
}
