import { z } from 'zod'

import { toEmploymentType } from '../employment-type.ts'
import { MAX_LABEL, toLabel, toLabels } from '../label.ts'
import { furtherFields, type ListedPosting, type SourceListing } from '../listed.ts'
import { toPlaces, withParts } from '../place/place-names.ts'
import { toBlock } from '../rich-text.ts'
import { toSalary } from '../salary.ts'
import { webLink } from '../web-link.ts'
import { toRemote, toWorkplace } from '../workplace.ts'
import { boardConfig, type BoardSource, PATH_NAME, segmentOf, storedBoard } from './board.ts'
import { contentOf, ItemId, ItemTitle, number, text } from './item.ts'
import { readPages } from './lever-pages.ts'
import { readInFirst } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'

const PUBLIC_ORIGINS = ['https://api.lever.co', 'https://api.eu.lever.co']

/**
 * One posting of Lever's postings API (https://github.com/lever/postings-api). A posting needs an id and a text
 * (its title). If another field is missing or malformed, only that field is lost.
 */
const LeverPosting = z.object({
  id: ItemId,
  text: ItemTitle,
  categories: z
    .object({
      location: text,
      allLocations: z.array(text).catch([]),
      commitment: text,
      department: text,
      team: text,
    })
    .nullish()
    .catch(null),
  workplaceType: text,
  salaryRange: z
    .object({ min: number, max: number, currency: text, interval: text })
    .nullish()
    .catch(null),
  country: text,
  salaryDescription: text,
  salaryDescriptionPlain: text,
  description: text,
  lists: z.array(z.object({ text, content: text }).nullish().catch(null)).catch([]),
  additional: text,
  createdAt: number,
  hostedUrl: text,
  applyUrl: text,
})
type LeverPosting = z.infer<typeof LeverPosting>

export const lever = defineSource({
  name: 'Lever',
  config: boardConfig('lever', PATH_NAME),
  stored: storedBoard('lever'),
  boardOf: (address) =>
    segmentOf(address, ['jobs.lever.co', 'jobs.eu.lever.co']) ??
    segmentOf(address, ['api.lever.co', 'api.eu.lever.co'], ['v0', 'postings']),
  list: readSite,
})

/** Reads a site's whole listing from the first region that has the site. The American region comes first. */
async function readSite(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board, base_url } = source
  const origins = base_url === undefined ? PUBLIC_ORIGINS : [new URL(base_url).origin]
  return readInFirst(origins, (origin) => readPages({ board, origin }, readItem, ports))
}

function readItem(item: unknown): ListedPosting | undefined {
  return toListed(LeverPosting.safeParse(item).data)
}

function toListed(item: LeverPosting | undefined): ListedPosting | undefined {
  if (!item) return undefined
  const { categories } = item
  const [department] = toLabels([categories?.department, categories?.team])
  return {
    external_id: item.id,
    title: item.text,
    url: webLink(item.hostedUrl),
    apply_url: webLink(item.applyUrl) || null,
    locations: toPlaces([categories?.location, ...(categories?.allLocations ?? [])]),
    remote: toRemote(item.workplaceType),
    department: department ?? null,
    employment_type: toEmploymentType(categories?.commitment),
    salary: salaryOf(item),
    html: contentOf(toHtml(item)),
    posted_at: fromMilliseconds(item.createdAt),
    updated_at: null,
    valid_through: null,
    ...furtherOf(item),
  }
}

/** The country is that of the posting's first location. */
function furtherOf({ categories, workplaceType, country }: LeverPosting) {
  return furtherFields({
    team: categories?.team,
    workplace: toWorkplace([workplaceType]),
    employment_words: toLabels([categories?.commitment]),
    places: withParts(categories?.location, { country }),
  })
}

/**
 * Reads the range, with the description as its words. A description that is longer than the words of a salary
 * may be is a paragraph of the advert, and is shown there.
 */
function salaryOf({ salaryRange, salaryDescriptionPlain: words, country }: LeverPosting) {
  const paragraph = salaryRange && isParagraph(words)
  return toSalary({
    ...salaryRange,
    period: salaryRange?.interval,
    text: paragraph ? null : words,
    country,
  })
}

function isParagraph(words: string | null | undefined): boolean {
  return (words ?? '').trim().length > MAX_LABEL
}

/** Joins the parts in the order in which Lever shows them. A list's content is `<li>` items without a `<ul>`. */
function toHtml(item: LeverPosting): string {
  const { description, lists, additional, salaryDescription, salaryDescriptionPlain } = item
  const named = lists.map((list) => {
    const heading = toLabel(list?.text).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
    const items = list?.content ?? ''
    return `${heading === '' ? '' : `<h3>${heading}</h3>`}${items === '' ? '' : `<ul>${items}</ul>`}`
  })
  const salary = isParagraph(salaryDescriptionPlain)
    ? [salaryDescription ?? salaryDescriptionPlain]
    : []
  const texts = [description, ...salary, additional].map((part) => toBlock(part ?? ''))
  return [texts[0], ...named, ...texts.slice(1)].join('\n')
}

function fromMilliseconds(ms: number | null | undefined): string | null {
  const date = new Date(ms ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
