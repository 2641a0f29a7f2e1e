import { bend, type BoardView, listedIn } from './board-view.ts'
import { jsonBody } from './body.ts'
import { boardName } from './company.ts'
import { textOf } from './html.ts'
import type { ListingRoute } from './listing-route.ts'
import {
  contentOf,
  departmentOf,
  payOf,
  placeOf,
  type PostingKey,
  publishedAt,
  titleOf,
  uuidOf,
} from './posting.ts'
import { pick } from './random.ts'

/** Ashby's job board API (https://developers.ashbyhq.com/docs/public-job-posting-api). */
export const ashbyListing: ListingRoute = {
  path: /^\/posting-api\/job-board\/([^/]+)$/,
  body: (view, url) => {
    if (view.fault === 'wrong-shape') return jsonBody({ positions: [] })
    if (view.fault === 'empty-list') return jsonBody([])
    const pay = url.searchParams.get('includeCompensation') === 'true'
    const items: unknown[] = listedIn(view).flatMap((key) => jobs(job(view, key, pay), key))
    return jsonBody({ jobs: bend(view.fault, items, ODD_ITEMS), apiVersion: '1' })
  },
}

/** Adds to every tenth job another one that is not listed. It is in the answer, but no reader may show it. */
function jobs(listed: object, key: PostingKey): object[] {
  if (key.number % 10 !== 0) return [listed]
  return [listed, { ...listed, id: `ffffffff${uuidOf(key).slice(8)}`, isListed: false }]
}

function job(view: BoardView, key: PostingKey, pay: boolean): object {
  const { number } = key
  const jobUrl = `${view.origin}/${boardName(view.board)}/jobs/${uuidOf(key)}`
  return {
    id: uuidOf(key),
    title: number % 6 === 0 ? `${titleOf(key)} ` : titleOf(key),
    department: departmentOf(key),
    team: departmentOf(key),
    employmentType: pick(EMPLOYMENTS, key.seed, key.board, number, 'employment'),
    ...whereabouts(key),
    shouldDisplayCompensationOnJobPostings: number % 3 !== 0,
    publishedAt: new Date(publishedAt(key)).toISOString().replace('Z', '+00:00'),
    isListed: true,
    jobUrl,
    applyUrl: `${jobUrl}/application`,
    ...(view.fault === 'no-content' ? {} : texts(key, view.settings.content)),
    ...(pay ? { compensation: compensation(key) } : {}),
  }
}

function texts(key: PostingKey, content: number): object {
  const descriptionHtml = contentOf(key, content)
  return { descriptionHtml, descriptionPlain: textOf(descriptionHtml) }
}

/** Leaves out the parts of an address, or leaves them empty, if the posting's place has none. */
function whereabouts(key: PostingKey): object {
  const location = placeOf(key)
  const [addressLocality = '', addressCountry] = location.split(', ')
  const workplaceType = pick(WORKPLACES, key.seed, key.board, key.number, 'at') || null
  return {
    location,
    secondaryLocations: key.number % 4 === 0 ? [SECOND_PLACE] : [],
    isRemote: workplaceType === null ? null : workplaceType !== 'OnSite',
    workplaceType,
    address: {
      postalAddress:
        addressCountry === undefined ? {} : { addressRegion: '', addressCountry, addressLocality },
    },
  }
}

/** Leaves every third posting without a pay. */
function compensation(key: PostingKey): object {
  if (key.number % 3 === 0) {
    return { compensationTierSummary: null, compensationTiers: [], summaryComponents: [] }
  }
  const { min, max } = payOf(key)
  const summary = `€${min / 1_000}K – €${max / 1_000}K`
  const component = {
    compensationType: 'Salary',
    interval: '1 YEAR',
    currencyCode: 'EUR',
    minValue: min,
    maxValue: max,
  }
  return {
    compensationTierSummary: summary,
    scrapeableCompensationSalarySummary: summary.replace('–', '-'),
    compensationTiers: [{ id: uuidOf(key), tierSummary: summary, components: [component] }],
    summaryComponents: [component, EQUITY],
  }
}

const EMPLOYMENTS = ['FullTime', 'PartTime', 'Intern', 'Contract', 'Temporary'] as const
const WORKPLACES = ['OnSite', 'Remote', 'Hybrid', ''] as const
const SECOND_PLACE = {
  location: 'Lisbon, Portugal',
  address: { addressLocality: 'Lisbon', addressCountry: 'Portugal' },
}
const EQUITY = {
  compensationType: 'EquityPercentage',
  interval: 'NONE',
  currencyCode: null,
  minValue: null,
  maxValue: null,
}

/** Items that are no object, or that lack an id or a title, and one whose other fields have wrong types. */
const ODD_ITEMS = [
  null,
  { title: 'Without an id', isListed: true },
  { id: 'without-a-title', isListed: true },
  {
    id: 'odd-1',
    title: 'An odd one \u0000',
    isListed: true,
    descriptionHtml: '<p onclick="alert(1)">Odd, and still a posting.</p>',
    location: 7,
    secondaryLocations: 'Nowhere',
    publishedAt: 'yesterday',
    jobUrl: 'javascript:alert(1)',
    compensation: { summaryComponents: [null, { compensationType: 'Salary', minValue: 'much' }] },
  },
]
