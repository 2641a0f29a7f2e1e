import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import {
  baseOf,
  boardConfig,
  type BoardSource,
  linkOn,
  PATH_NAME,
  segmentOf,
  tenantOf,
} from './board.ts'
import { toPosting, workplaceOf } from './facts.ts'
import { flag, listOf, text, toListing } from './item.ts'
import { readEnvelope, readListing } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'

/**
 * One row of Workable's widget (https://help.workable.com/hc/en-us/articles/115012771647). A posting in several
 * countries has a row for each. Checked on a recorded listing of 2026 and on a sample with descriptions.
 */
const Row = z.object({
  shortcode: z.unknown(),
  title: z.unknown(),
  code: text,
  url: text,
  application_url: text,
  locations: listOf(
    z.object({ city: text, region: text, country: text, countryCode: text, hidden: flag }),
  ),
  city: text,
  state: text,
  country: text,
  telecommuting: flag,
  workplace_type: text,
  department: z
    .union([z.string(), z.array(z.string())])
    .nullish()
    .catch(null),
  employment_type: text,
  description: text,
  requirements: text,
  benefits: text,
  published_on: text,
})

const Account = z.object({ name: text, jobs: z.array(z.unknown()) })

export const workable = defineSource({
  name: 'Workable',
  config: boardConfig('workable', PATH_NAME),
  boardOf: (address) =>
    segmentOf(address, ['apply.workable.com'], ['api', 'v1', 'widget', 'accounts']) ??
    boardIn(segmentOf(address, ['apply.workable.com'])) ??
    tenantOf(address, 'workable.com'),
  list,
  identify: async (source, ports) => {
    const { name } = await readAccount(source, ports, 'false')
    return { name: name ?? null, exists: true }
  },
})

/** `apply.workable.com/j/…` names a posting without its account. */
function boardIn(segment: string | undefined): string | undefined {
  return segment === 'j' ? undefined : segment
}

/** Reads an account's whole listing with its texts in one request. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { name, jobs } = await readAccount(source, ports, 'true')
  return toListing(source.board, jobs, (item) => toListed(item, name))
}

/** `details`: whether the answer has the texts of the postings. */
async function readAccount(source: BoardSource, ports: ListingPorts, details: 'true' | 'false') {
  const { board } = source
  const path = `${baseOf(source, 'https://apply.workable.com')}/api/v1/widget/accounts`
  const url = `${path}/${encodeURIComponent(board)}?details=${details}`
  return readEnvelope(Account, await readListing({ board, url }, ports), { board })
}

function toListed(item: unknown, employer: string | null | undefined): ListedPosting | undefined {
  const row = Row.safeParse(item).data
  if (!row) return undefined
  return toPosting({
    id: row.shortcode,
    title: row.title,
    url: linkOn('workable.com', row.url),
    apply_url: linkOn('workable.com', row.application_url),
    places: placesOf(row),
    workplace: [row.workplace_type, workplaceOf({ remote: row.telecommuting })],
    department: [row.department ?? []].flat().join(', '),
    employer,
    requisition_id: row.code,
    employment: [row.employment_type],
    sections: [{ text: row.description }, { text: row.requirements }, { text: row.benefits }],
    posted_at: row.published_on,
  })
}

function placesOf({ locations, city, state, country }: z.infer<typeof Row>) {
  const shown = locations?.filter((place) => place?.hidden !== true) ?? []
  return shown.length > 0 ? shown : [{ city, region: state, country }]
}
