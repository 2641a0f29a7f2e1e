import { ashbyListing } from './ashby.ts'
import { careersPage } from './careers.ts'
import { greenhouseListing } from './greenhouse.ts'
import { leverListing } from './lever.ts'
import type { ListingRoute } from './listing-route.ts'
import { packedSitemap, plainSitemap, sitemapIndex } from './sitemap.ts'

const ROUTES: readonly ListingRoute[] = [
  greenhouseListing,
  leverListing,
  ashbyListing,
  sitemapIndex,
  plainSitemap,
  packedSitemap,
  careersPage,
]

/** Finds the listing of a path, and the name of its board. */
export function findListing(path: string): { route: ListingRoute; name: string } | undefined {
  for (const route of ROUTES) {
    const name = route.path.exec(path)?.[1]
    if (name !== undefined) return { route, name }
  }
  return undefined
}
