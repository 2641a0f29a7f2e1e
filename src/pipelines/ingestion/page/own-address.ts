import { readTags } from '../../html/tags.ts'
import { webLink } from '../web-link.ts'
import { landedOnListing } from './landed.ts'

/**
 * The address that a posting's page gives as its own by its canonical link, without the tokens of the address by
 * which it was found.
 */
export function ownAddressOf(html: string, asked: string): string {
  const own = canonicalOf(html, asked)
  return own !== null && isOwnAddress(own, asked) ? own : asked
}

/** The address of a page's canonical link. Null if the page has none. */
export function canonicalOf(html: string, asked: string): string | null {
  let canonical: string | undefined
  readTags(html, {
    open: (name, attributes) => {
      const rels = attributes.get('rel')?.toLowerCase().split(/\s+/) ?? []
      if (name === 'link' && rels.includes('canonical')) canonical ??= attributes.get('href')
    },
  })
  if (canonical === undefined) return null
  return webLink(URL.parse(canonical, asked)?.href) || null
}

/** A canonical link that leads to another host, the home page or a listing is a fault of the site. */
export function isOwnAddress(own: string, asked: string): boolean {
  return hostOf(own) === hostOf(asked) && !landedOnListing(own, asked)
}

function hostOf(address: string): string {
  return new URL(address).host.replace(/^www\./, '')
}
