import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { spanOf } from '../salary.ts'
import {
  baseOf,
  boardConfig,
  type BoardSource,
  PATH_NAME,
  segmentOf,
  withoutLocale,
} from './board.ts'
import { toPosting } from './facts.ts'
import { listOf, number, partOf, text, toListing } from './item.ts'
import { jsonOf, readEnvelope, readListing } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'

const label = partOf({ label: text, name: text })

/**
 * One row of a Rippling board, and its detail. A posting in several places has a row for each. Checked on a recorded
 * list of 2026. No recorded detail is at hand: its reader follows public descriptions, and a detail without a
 * description fails in words.
 */
const Row = z.object({
  uuid: z.unknown(),
  name: z.unknown(),
  url: text,
  department: label,
  workLocation: label,
})

const pay = z.object({ rangeStart: number, rangeEnd: number, currency: text, frequency: text })

/** In a detail, the `id` of an employment type holds words for people, and its `label` a code. */
const Detail = z.object({
  uuid: z.string(),
  name: z.string(),
  description: z.union([z.string(), z.object({ role: text, company: text })]),
  companyName: text,
  employmentType: partOf({ id: text, label: text }),
  createdOn: text,
  workLocations: listOf(z.string()),
  payRangeDetails: listOf(pay),
})

export const rippling = defineSource({
  name: 'Rippling',
  config: boardConfig('rippling', PATH_NAME),
  boardOf,
  list,
  detail: { kind: 'api', format: 'json', read: readDetail },
})

/** The path may begin with a language. */
function boardOf(address: URL): string | undefined {
  return segmentOf(withoutLocale(address), ['ats.rippling.com'])
}

const Rows = z.union([
  z.array(z.unknown()),
  z.object({ items: z.array(z.unknown()) }).transform(({ items }) => items),
])

/** Reads the list in one request. The texts are in the details. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const base = baseOf(source, 'https://api.rippling.com')
  const path = `${base}/platform/api/ats/v1/board/${encodeURIComponent(board)}/jobs`
  const rows = readEnvelope(Rows, await readListing({ board, url: path }, ports), { board })
  return toListing(board, rows, (item) => toListed(item, path))
}

function toListed(item: unknown, path: string): ListedPosting | undefined {
  const row = Row.safeParse(item).data
  const listed =
    row &&
    toPosting({
      id: row.uuid,
      title: row.name,
      url: row.url,
      places: [{ text: row.workLocation.label }],
      department: row.department.label ?? row.department.name,
    })
  const url = `${path}/${encodeURIComponent(listed?.external_id ?? '')}`
  return listed && { ...listed, detail: { source: 'rippling', url } }
}

function readDetail(answer: string, listed: ListedPosting): ListedPosting | undefined {
  const detail = Detail.safeParse(jsonOf(answer)).data
  if (!detail || detail.uuid !== listed.external_id) return undefined
  const { description, workLocations, employmentType } = detail
  const whole = toPosting({
    id: detail.uuid,
    title: detail.name,
    url: listed.url,
    places: workLocations?.length
      ? workLocations.map((place) => ({ text: place }))
      : listed.locations.map((place) => ({ text: place })),
    department: listed.department,
    employer: detail.companyName,
    employment: [employmentType.id, employmentType.label],
    salary: spanOf((detail.payRangeDetails ?? []).map(payOf)),
    sections: sectionsOf(description),
    posted_at: detail.createdOn,
  })
  return whole
}

function payOf(range: z.infer<typeof pay> | null | undefined) {
  return {
    min: range?.rangeStart,
    max: range?.rangeEnd,
    currency: range?.currency,
    period: range?.frequency,
  }
}

function sectionsOf(description: z.infer<typeof Detail>['description']) {
  if (typeof description === 'string') return [{ text: description }]
  return [{ text: description.role }, { text: description.company }]
}
