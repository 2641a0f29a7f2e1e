import { segmentsOf } from './posting-address.ts'

const PARAMETER = /^(?:page|pg|p|paged|offset|start|skip)$/i

/** Reads the page number or offset from the address of a listing's page. Returns undefined if there is none. */
export function pageNumberOf(url: URL, listing: URL): number | undefined {
  const rest = below(url, listing)
  if (!rest) return undefined
  const [name, number, ...more] = rest
  if (name === undefined) return numberIn(url.searchParams)
  return name === 'page' && more.length === 0 ? toNumber(number) : undefined
}

/** Returns the segments of an address after the listing's own segments. Undefined if it does not begin with them. */
function below(url: URL, listing: URL): string[] | undefined {
  const own = segmentsOf(listing.pathname)
  const segments = segmentsOf(url.pathname)
  return own.every((segment, at) => segments[at] === segment)
    ? segments.slice(own.length)
    : undefined
}

function numberIn(parameters: URLSearchParams): number | undefined {
  const [, number] = [...parameters].find(([name]) => PARAMETER.test(name)) ?? []
  return toNumber(number)
}

function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
