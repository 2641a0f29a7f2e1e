import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { toSalary } from '../salary.ts'
import { baseOf, boardConfig, type BoardSource, HOST_LABEL, tenantOf } from './board.ts'
import { toHtml, toPosting } from './facts.ts'
import { contentOf, counted, idInAddress, number, partOf, text, toListing } from './item.ts'
import { jsonOf, readEnvelope, readListing } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'

/**
 * One opening of BambooHR's careers page, and its detail. Checked on a recorded list of 2026. No recorded detail is at
 * hand: its reader follows public descriptions, and fails in words where a detail has no description.
 */
const Opening = z.object({
  id: z.unknown(),
  jobOpeningName: z.unknown(),
  departmentLabel: text,
  employmentStatusLabel: text,
  location: partOf({ city: text, state: text }),
  atsLocation: partOf({ city: text, state: text, province: text, country: text }),
  isRemote: z.unknown().optional(),
  locationType: text,
})
type Opening = z.infer<typeof Opening>

const Detail = z.object({
  result: z.object({
    jobOpening: z.object({ description: z.string(), datePosted: text, compensation: text }),
  }),
})

export const bamboohr = defineSource({
  name: 'BambooHR',
  config: boardConfig('bamboohr', HOST_LABEL),
  boardOf: (address) => tenantOf(address, 'bamboohr.com'),
  pace: { domains: ['bamboohr.com'] },
  list,
  detail: { kind: 'page', format: 'json', read: readDetail },
})

const Openings = z.object({
  meta: z.object({ totalCount: number }),
  result: z.array(z.unknown()),
})

/** Reads the list in one request. The texts are in the details. An unknown tenant's address leads elsewhere. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const base = baseOf(source, `https://${board}.bamboohr.com`)
  const url = `${base}/careers/list`
  const address = { board, url, kind: 'page', redirect: 'unknown' } as const
  const { meta, result } = readEnvelope(Openings, await readListing(address, ports), { board })
  return counted(
    toListing(board, result, (item) => toListed(item, base)),
    meta.totalCount,
  )
}

function toListed(item: unknown, base: string): ListedPosting | undefined {
  const opening = Opening.safeParse(item).data
  const listed =
    opening &&
    toPosting({
      id: opening.id,
      title: opening.jobOpeningName,
      url: `${base}/careers/${idInAddress(opening.id)}`,
      places: [placeOf(opening)],
      workplace: [WORKPLACES.get(opening.locationType ?? ''), remoteOf(opening)],
      department: opening.departmentLabel,
      employment: [opening.employmentStatusLabel],
    })
  return listed && { ...listed, detail: { source: 'bamboohr', url: `${listed.url}/detail` } }
}

const WORKPLACES = new Map([
  ['0', 'on site'],
  ['1', 'remote'],
  ['2', 'hybrid'],
])

/** BambooHR writes the flag as a boolean, or as a word. */
function remoteOf({ isRemote }: Opening): string | null {
  return isRemote === true || isRemote === 'yes' || isRemote === '1' ? 'remote' : null
}

function placeOf({ location, atsLocation }: Opening) {
  return {
    city: atsLocation.city ?? location.city,
    region: atsLocation.state ?? atsLocation.province ?? location.state,
    country: atsLocation.country,
  }
}

function readDetail(answer: string, listed: ListedPosting): ListedPosting | undefined {
  const opening = Detail.safeParse(jsonOf(answer)).data?.result.jobOpening
  if (!opening) return undefined
  return {
    ...listed,
    html: contentOf(toHtml([{ text: opening.description }])),
    posted_at: opening.datePosted ?? null,
    salary: toSalary({ text: opening.compensation }),
  }
}
