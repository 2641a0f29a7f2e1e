import { readTags } from '../../html/tags.ts'
import { webLink } from '../web-link.ts'
import { landedOnListing } from './landed.ts'

/**
 * The address that a posting's page gives as its own by its canonical link, without the tokens of the address by
 * which it was found. A canonical link that leads to another host, the home page or a listing is a fault of the site.
 */
export function ownAddressOf(html: string, asked: string): string {
  let canonical: string | undefined
  readTags(html, {
    open: (name, attributes) => {
      const rels = attributes.get('rel')?.toLowerCase().split(/\s+/) ?? []
      if (name === 'link' && rels.includes('canonical')) canonical ??= attributes.get('href')
    },
  })
  const own = webLink(URL.parse(canonical ?? '', asked)?.href)
  if (canonical === undefined || own === '') return asked
  return hostOf(own) === hostOf(asked) && !landedOnListing(own, asked) ? own : asked
}

function hostOf(address: string): string {
  return new URL(address).host.replace(/^www\./, '')
}
