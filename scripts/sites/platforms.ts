import { amazon } from './amazon.ts'
import { ashbyListing } from './ashby.ts'
import { bamboohr } from './bamboohr.ts'
import { breezy } from './breezy.ts'
import { careersPage } from './careers.ts'
import { comeet } from './comeet.ts'
import { dayforce } from './dayforce.ts'
import { dvinci } from './dvinci.ts'
import { eightfold } from './eightfold.ts'
import { gem } from './gem.ts'
import { google } from './google.ts'
import { greenhouseListing } from './greenhouse.ts'
import { icims } from './icims.ts'
import { jazzhr } from './jazzhr.ts'
import { jobvite } from './jobvite.ts'
import { join } from './join.ts'
import type { Kind } from './kind.ts'
import { leverListing } from './lever.ts'
import type { ListingRoute, SamplePlatform } from './listing-route.ts'
import { neogov } from './neogov.ts'
import { oracle } from './oracle.ts'
import { paylocity } from './paylocity.ts'
import { personio } from './personio.ts'
import { pinpoint } from './pinpoint.ts'
import { recruitee } from './recruitee.ts'
import { rippling } from './rippling.ts'
import { packedSitemap, plainSitemap, sitemapIndex } from './sitemap.ts'
import { smartrecruiters } from './smartrecruiters.ts'
import { softgarden } from './softgarden.ts'
import { successfactors } from './successfactors.ts'
import { teamtailor } from './teamtailor.ts'
import { ukg } from './ukg.ts'
import { workable } from './workable.ts'
import { workday } from './workday.ts'

/** A platform whose boards stand in the path of one host. */
function onOneHost(type: Kind, listing: SamplePlatform['listing'], route: ListingRoute) {
  const source = ({ board, origin }: { board: string; origin: string }) => ({
    type,
    board,
    base_url: origin,
  })
  return { source, listing, routes: [route] }
}

/** A company's own site. Its source is the sitemap and the listing page in turn. */
const site: SamplePlatform = {
  source: ({ board, origin, turn }) => ({
    type: 'site',
    url: `${origin}/sites/${board}/${turn % 2 === 0 ? 'sitemap.xml' : 'careers'}`,
  }),
  listing: (board) => `/sites/${board}/careers`,
  routes: [sitemapIndex, plainSitemap, packedSitemap, careersPage],
}

/** The routes of each platform that the sample sites serve, by the type of the source that reads the platform. */
export const platforms: Readonly<Record<Kind, SamplePlatform>> = {
  greenhouse: onOneHost(
    'greenhouse',
    (board) => `/v1/boards/${board}/jobs?content=true`,
    greenhouseListing,
  ),
  lever: onOneHost('lever', (board) => `/v0/postings/${board}?mode=json`, leverListing),
  ashby: onOneHost(
    'ashby',
    (board) => `/posting-api/job-board/${board}?includeCompensation=true`,
    ashbyListing,
  ),
  site,
  recruitee,
  smartrecruiters,
  neogov,
  join,
  ukg,
  dayforce,
  comeet,
  gem,
  successfactors,
  dvinci,
  softgarden,
  jazzhr,
  icims,
  jobvite,
  paylocity,
  breezy,
  google,
  amazon,
  eightfold,
  oracle,
  workday,
  rippling,
  bamboohr,
  pinpoint,
  teamtailor,
  personio,
  workable,
}

const ROUTES = Object.values(platforms).flatMap(({ routes }) => routes)

/** Finds the listing of a path, and the name of its board. */
export function findListing(path: string): { route: ListingRoute; name: string } | undefined {
  for (const route of ROUTES) {
    const name = route.path.exec(path)?.[1]
    if (name !== undefined) return { route, name }
  }
  return undefined
}
