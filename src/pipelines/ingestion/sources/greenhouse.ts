import { decodeHTML } from 'entities/decode'
import { z } from 'zod'

import type { EmploymentType, Salary } from '../../../protocol/posting.ts'
import { toEmploymentType } from '../employment-type.ts'
import { toLabel, toLabels } from '../label.ts'
import { furtherFields, type ListedPosting, type SourceListing } from '../listed.ts'
import { toPlaces } from '../place/place-names.ts'
import { toRichText } from '../rich-text.ts'
import { spanOf, toSalary } from '../salary.ts'
import { webLink } from '../web-link.ts'
import { remoteIn, toRemote, toWorkplace } from '../workplace.ts'
import { boardConfig, type BoardSource, PATH_NAME, segmentOf, storedBoard } from './board.ts'
import { contentOf, ItemId, ItemTitle, counted, number, text } from './item.ts'
import { readJsonInSlices } from './listing-stream.ts'
import { readEnvelope, readListing } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'

const PUBLIC_ORIGIN = 'https://boards-api.greenhouse.io'
const API_HOSTS = ['boards-api.greenhouse.io', 'boards-api.eu.greenhouse.io']
const PUBLIC_HOSTS = [
  'boards.greenhouse.io',
  'job-boards.greenhouse.io',
  'boards.eu.greenhouse.io',
  'job-boards.eu.greenhouse.io',
]

const named = z.object({ name: text }).nullish().catch(null)
const custom = z.object({ name: text, value: z.unknown() }).nullish().catch(null)
const pay = z
  .object({ min_cents: number, max_cents: number, currency_type: text, title: text })
  .nullish()
  .catch(null)

/**
 * One job of Greenhouse's job board API (https://developers.greenhouse.io/job-board.html). A job needs an id and
 * a title. If another field is missing or malformed, only that field is lost.
 */
const GreenhouseJob = z.object({
  id: ItemId,
  title: ItemTitle,
  absolute_url: text,
  location: named,
  departments: z.array(named).catch([]),
  offices: z.array(z.object({ name: text, location: text }).nullish().catch(null)).catch([]),
  metadata: z.array(custom).catch([]),
  pay_input_ranges: z.array(pay).catch([]),
  content: text,
  first_published: text,
  updated_at: text,
  application_deadline: text,
  company_name: text,
  requisition_id: text,
  language: text,
})
type GreenhouseJob = z.infer<typeof GreenhouseJob>

const Jobs = z.object({
  jobs: z.array(z.unknown()),
  meta: z.object({ total: number }).nullish().catch(null),
})

export const greenhouse = defineSource({
  name: 'Greenhouse',
  config: boardConfig('greenhouse', PATH_NAME),
  stored: storedBoard('greenhouse'),
  boardOf,
  list,
  identify: async ({ board, base_url }, ports) => {
    const { origin } = new URL(base_url ?? PUBLIC_ORIGIN)
    const url = `${origin}/v1/boards/${encodeURIComponent(board)}`
    const { name } = readEnvelope(Board, await readListing({ board, url }, ports), { board })
    return { name, exists: true }
  },
})

const Board = z.object({ name: z.string() })

function boardOf(address: URL): string | undefined {
  const embedded = address.pathname.startsWith('/embed/') ? address.searchParams.get('for') : null
  if (embedded !== null && PUBLIC_HOSTS.includes(address.hostname))
    return PATH_NAME.safeParse(embedded).data
  return segmentOf(address, PUBLIC_HOSTS) ?? segmentOf(address, API_HOSTS, ['v1', 'boards'])
}

/** Reads a board's whole listing with its content in one request. A board of 800 jobs has 11 MB. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board, base_url } = source
  const { origin } = new URL(base_url ?? PUBLIC_ORIGIN)
  const url = `${origin}/v1/boards/${encodeURIComponent(board)}/jobs?content=true&pay_transparency=true`
  const { listing, envelope } = await readJsonInSlices(
    { board, url, at: 'jobs' },
    (job) => toListed(GreenhouseJob.safeParse(job).data),
    ports,
  )
  return counted(listing, readEnvelope(Jobs, envelope, { board }).meta?.total)
}

function toListed(item: GreenhouseJob | undefined): ListedPosting | undefined {
  if (!item) return undefined
  const locations = placesOf(item)
  const department = toLabel(toLabels(item.departments.map((entry) => entry?.name)).join(', '))
  return {
    external_id: item.id,
    title: item.title,
    url: webLink(item.absolute_url),
    apply_url: null,
    locations,
    remote: remoteIn(locations) ?? toRemote(customWords(item, WORKPLACE)),
    department: department === '' ? null : department,
    employment_type: employmentOf(item),
    salary: salaryOf(item),
    html: contentOf(toHtml(item.content)),
    posted_at: item.first_published ?? null,
    updated_at: item.updated_at ?? null,
    valid_through: item.application_deadline ?? null,
    ...furtherFields({
      employer: item.company_name,
      requisition_id: item.requisition_id,
      workplace: toWorkplace(locations) ?? toWorkplace([customWords(item, WORKPLACE)]),
      employment_words: toLabels([customWords(item, EMPLOYMENT)]),
      language: item.language,
    }),
  }
}

/** The board's offices are the places of a job that names none itself. */
function placesOf({ location, offices }: GreenhouseJob): string[] {
  const own = toPlaces([location?.name])
  return own.length > 0 ? own : toPlaces(offices.map((office) => office?.location ?? office?.name))
}

const FieldValue = z.union([z.string(), z.array(z.string())])
const EMPLOYMENT = /^(?:employment|job|contract) ?type$|^commitment$/i
const WORKPLACE =
  /^(?:work ?place|location|remote|work)(?: ?(?:type|status|policy|model|option|arrangement))$/i

function employmentOf(item: GreenhouseJob): EmploymentType | null {
  return toEmploymentType(customWords(item, EMPLOYMENT))
}

/** Reads the words of a custom field. Each company chooses the field's name and values. */
function customWords({ metadata }: GreenhouseJob, name: RegExp): string | undefined {
  const field = metadata.find((entry) => name.test(entry?.name?.trim() ?? ''))
  const { data } = FieldValue.safeParse(field?.value)
  return Array.isArray(data) ? data.join(', ') : data
}

/** Joins the pay ranges. The company writes each range's title, and the title may name the period. */
function salaryOf({ pay_input_ranges }: GreenhouseJob): Salary | null {
  const ranges = pay_input_ranges.map((range) => ({
    min: units(range?.min_cents),
    max: units(range?.max_cents),
    currency: range?.currency_type,
    period: /\b(?:hourly|daily|weekly|monthly|annual)\b/i.exec(range?.title ?? '')?.[0],
    text: range?.title,
  }))
  const paid = spanOf(ranges.filter(({ min, max }) => min !== null || max !== null))
  return paid === undefined ? null : toSalary(paid)
}

function units(cents: number | null | undefined): number | null {
  return typeof cents === 'number' ? cents / 100 : null
}

/** Unescapes the content, as Greenhouse escapes its HTML. Content with a bare `<` was not escaped. */
function toHtml(content: string | null | undefined): string | null {
  if (content === null || content === undefined) return null
  return toRichText(content.includes('<') ? content : decodeHTML(content))
}
