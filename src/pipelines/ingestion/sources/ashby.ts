import { z } from 'zod'

import type { Salary } from '../../../protocol/posting.ts'
import { toEmploymentType } from '../employment-type.ts'
import { toLabel, toLabels } from '../label.ts'
import { furtherFields, type ListedPosting, type SourceListing } from '../listed.ts'
import { toPlaces, withParts } from '../place/place-names.ts'
import { toRichText } from '../rich-text.ts'
import { spanOf, toSalary } from '../salary.ts'
import { webLink } from '../web-link.ts'
import { toRemote, toWorkplace } from '../workplace.ts'
import { anySegmentOf, boardConfig, type BoardSource, storedBoard } from './board.ts'
import { contentOf, ItemId, ItemTitle, number, text } from './item.ts'
import { readJsonInSlices } from './listing-stream.ts'
import { readEnvelope } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'

const PUBLIC_ORIGIN = 'https://api.ashbyhq.com'

const flag = z.boolean().nullish().catch(null)

const Address = z
  .object({
    postalAddress: z
      .object({ addressLocality: text, addressRegion: text, addressCountry: text })
      .nullish()
      .catch(null),
  })
  .nullish()
  .catch(null)

const Component = z
  .object({
    compensationType: text,
    interval: text,
    currencyCode: text,
    minValue: number,
    maxValue: number,
  })
  .nullish()
  .catch(null)
const Components = z.array(Component).catch([])

const Compensation = z
  .object({
    compensationTierSummary: text,
    scrapeableCompensationSalarySummary: text,
    summaryComponents: Components,
    compensationTiers: z
      .array(z.object({ components: Components }).nullish().catch(null))
      .catch([]),
  })
  .nullish()
  .catch(null)

/**
 * One job of Ashby's job postings API (https://developers.ashbyhq.com/docs/public-job-posting-api). A job needs
 * an id and a title. If another field is missing or malformed, only that field is lost.
 */
const AshbyJob = z.object({
  id: ItemId,
  title: ItemTitle,
  isListed: flag,
  location: text,
  secondaryLocations: z
    .array(z.object({ location: text, address: Address }).nullish().catch(null))
    .catch([]),
  address: Address,
  isRemote: flag,
  workplaceType: text,
  department: text,
  team: text,
  employmentType: text,
  shouldDisplayCompensationOnJobPostings: flag,
  compensation: Compensation,
  descriptionHtml: text,
  publishedAt: text,
  jobUrl: text,
  applyUrl: text,
})
type AshbyJob = z.infer<typeof AshbyJob>

const Jobs = z.object({ jobs: z.array(z.unknown()) })

/** Ashby keeps the upper case and the spaces of a company's name. */
const NAME = z
  .string()
  .regex(
    /^[A-Za-z0-9_.-][A-Za-z0-9 _.&+-]{0,99}$/,
    'a board is 1 to 100 letters, digits, spaces, hyphens or underscores',
  )

export const ashby = defineSource({
  name: 'Ashby',
  config: boardConfig('ashby', NAME),
  stored: storedBoard('ashby'),
  boardOf: (address) =>
    anySegmentOf(address, ['jobs.ashbyhq.com']) ??
    anySegmentOf(address, ['api.ashbyhq.com'], ['posting-api', 'job-board']),
  list,
})

/** Reads a board's whole listing in one request. Ashby's API has no pages. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board, base_url } = source
  const { origin } = new URL(base_url ?? PUBLIC_ORIGIN)
  const name = encodeURIComponent(board)
  const url = `${origin}/posting-api/job-board/${name}?includeCompensation=true`
  const { listing, envelope } = await readJsonInSlices(
    { board, url, at: 'jobs' },
    (job) => toListed(AshbyJob.safeParse(job).data),
    ports,
  )
  readEnvelope(Jobs, envelope, { board })
  return listing
}

/** Leaves out unlisted jobs: Ashby shows them only to people who have the link. */
function toListed(item: AshbyJob | undefined): ListedPosting | 'unlisted' | undefined {
  if (!item) return undefined
  if (item.isListed === false) return 'unlisted'
  const elsewhere = item.secondaryLocations.map((entry) => entry?.location)
  const [department] = toLabels([item.department, item.team])
  return {
    external_id: item.id,
    title: item.title,
    url: webLink(item.jobUrl),
    apply_url: webLink(item.applyUrl) || null,
    locations: toPlaces([item.location, ...elsewhere]),
    remote: remoteOf(item),
    department: department ?? null,
    employment_type: toEmploymentType(item.employmentType),
    salary: salaryOf(item),
    html: contentOf(toRichText(item.descriptionHtml ?? '')),
    posted_at: item.publishedAt ?? null,
    updated_at: null,
    valid_through: null,
    ...furtherFields({
      team: item.team,
      workplace: workplaceOf(item),
      employment_words: toLabels([item.employmentType]),
      places: [item, ...item.secondaryLocations].flatMap((place) => placesOf(place ?? {})),
    }),
  }
}

function placesOf({ location, address }: Partial<Pick<AshbyJob, 'location' | 'address'>>) {
  const { addressLocality, addressRegion, addressCountry } = address?.postalAddress ?? {}
  return withParts(location, {
    city: addressLocality,
    region: addressRegion,
    country: addressCountry,
  })
}

/** Reads `workplaceType` first, because Ashby also sets `isRemote` on hybrid jobs. */
function remoteOf({ workplaceType, isRemote }: AshbyJob): boolean | null {
  return toRemote(workplaceType) ?? isRemote ?? null
}

function workplaceOf({ workplaceType, isRemote }: AshbyJob) {
  return toWorkplace([workplaceType]) ?? (isRemote === true ? 'remote' : null)
}

/** Reads the salary without equity and bonuses, from the summary of all tiers or else from the tiers. */
function salaryOf(item: AshbyJob): Salary | null {
  const { compensation } = item
  if (!compensation || item.shouldDisplayCompensationOnJobPostings === false) return null
  const tiers = compensation.compensationTiers.flatMap((tier) => tier?.components ?? [])
  const paid = rangeOf(compensation.summaryComponents) ?? rangeOf(tiers)
  const { scrapeableCompensationSalarySummary, compensationTierSummary } = compensation
  const words = toLabel(scrapeableCompensationSalarySummary) || toLabel(compensationTierSummary)
  return toSalary({ ...paid, text: words, country: item.address?.postalAddress?.addressCountry })
}

function rangeOf(components: z.infer<typeof Components>) {
  const salaries = components.filter((entry) => entry?.compensationType === 'Salary')
  return spanOf(
    salaries.map((entry) => ({
      min: entry?.minValue,
      max: entry?.maxValue,
      currency: entry?.currencyCode,
      period: entry?.interval,
    })),
  )
}
