import { z } from 'zod'

import { PlanFailure } from '../../pipeline.ts'
import type { ListedPosting, SourceListing } from '../listed.ts'
import { webLink } from '../web-link.ts'
import { baseOf, boardConfig, type BoardSource, tenantOf } from './board.ts'
import { toHtml, toPosting } from './facts.ts'
import { contentOf, idInAddress, lacking, listOf, number, text, toListing } from './item.ts'
import { jsonOf, readEnvelope, readListing } from './listing.ts'
import { readPages } from './pages.ts'
import { defineSource, type ListingPorts } from './source.ts'

const BOARD =
  /^([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9-]{1,63}){1,4})$/

/**
 * One position of an Eightfold career site, in the shape of its page's own route (`pcsx`) or of the older one (`v2`).
 * Checked on a recorded list of 2026 in the older shape, without its count. No recorded detail is at hand: its reader
 * follows public descriptions, and fails in words where a detail has no description.
 */
const Position = z.object({
  id: z.unknown(),
  name: z.unknown(),
  positionUrl: text,
  canonicalPositionUrl: text,
  location: text,
  locations: listOf(z.string()),
  department: text,
  business_unit: text,
  workLocationOption: text,
  work_location_option: text,
  displayJobId: text,
  display_job_id: text,
  job_description: text,
  postedTs: number,
  t_create: number,
  t_update: number,
})

const Detail = z.union([
  z
    .object({ data: z.object({ jobDescription: z.string() }) })
    .transform(({ data }) => data.jobDescription),
  z.object({ job_description: z.string() }).transform(({ job_description }) => job_description),
])

export const eightfold = defineSource({
  name: 'Eightfold',
  config: boardConfig(
    'eightfold',
    z
      .string()
      .regex(BOARD, "a board is the name before the host and the company's domain: acme/acme.com"),
  ),
  boardOf: (address) => {
    const tenant = tenantOf(address, 'eightfold.ai')
    const board = `${tenant ?? ''}/${address.searchParams.get('domain') ?? ''}`
    return BOARD.test(board) ? board : undefined
  },
  pace: { domains: ['eightfold.ai'] },
  list,
  detail: { kind: 'page', format: 'json', read: readDetail },
})

const Positions = z.object({ count: number, positions: z.array(z.unknown()) })
const PcsxPage = z.object({ data: Positions }).transform(({ data }) => data)

type EightfoldRoute = {
  readonly shape: z.ZodType<z.infer<typeof Positions>>
  readonly page: (start: number) => string
  readonly detail: (id: string) => string
}

/** Reads the list from the page's own route. Older sites refuse it, and have another one. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const [, tenant = '', domain = ''] = BOARD.exec(source.board) ?? []
  const base = baseOf(source, `https://${tenant}.eightfold.ai`)
  const pcsx: EightfoldRoute = {
    shape: PcsxPage,
    page: (start) =>
      `${base}/api/pcsx/search?domain=${domain}&query=&location=&start=${start}&sort_by=timestamp`,
    detail: (id) => `${base}/api/pcsx/position_details?position_id=${id}&domain=${domain}&hl=en`,
  }
  const v2: EightfoldRoute = {
    shape: Positions,
    page: (start) => `${base}/api/apply/v2/jobs?domain=${domain}&start=${start}&num=10`,
    detail: (id) => `${base}/api/apply/v2/jobs/${id}?domain=${domain}`,
  }
  const at = { board: source.board, base }
  try {
    return await readRoute(pcsx, at, ports)
  } catch (error) {
    if (!(error instanceof PlanFailure) || error.failure.code !== 'board_refused') throw error
    return readRoute(v2, at, ports)
  }
}

type EightfoldSite = { readonly board: string; readonly base: string }

async function readRoute(
  route: EightfoldRoute,
  { board, base }: EightfoldSite,
  ports: ListingPorts,
): Promise<SourceListing> {
  const { items, incomplete, total } = await readPages({
    read: async ({ offset }) => {
      const answer = await readListing({ board, url: route.page(offset), kind: 'page' }, ports)
      const { positions, count } = readEnvelope(route.shape, answer, { board, list: 'positions' })
      return { items: positions, total: count ?? null }
    },
    idOf: (item) => Position.safeParse(item).data?.id,
  })
  return lacking(
    toListing(board, items, (item) => toListed(item, base, route)),
    incomplete,
    total,
  )
}

function toListed(item: unknown, base: string, route: EightfoldRoute): ListedPosting | undefined {
  const position = Position.safeParse(item).data
  if (!position) return undefined
  const listed = toPosting({
    id: position.id,
    title: position.name,
    url: linkOf(position, base),
    places: placesOf(position),
    workplace: [position.workLocationOption, position.work_location_option],
    department: position.department,
    team: position.business_unit,
    requisition_id: position.displayJobId ?? position.display_job_id,
    sections: [{ text: position.job_description }],
    posted_at: position.postedTs ?? position.t_create,
    updated_at: position.t_update,
  })
  if (!listed || listed.html !== null) return listed
  const url = route.detail(encodeURIComponent(listed.external_id))
  return { ...listed, detail: { source: 'eightfold', url } }
}

/** A company's jobs may be on a domain of its own. */
function linkOf(position: z.infer<typeof Position>, base: string): string {
  const given = position.canonicalPositionUrl ?? position.positionUrl
  return (
    webLink(URL.parse(given ?? '', base)?.href) || `${base}/careers/job/${idInAddress(position.id)}`
  )
}

function placesOf({ locations, location }: z.infer<typeof Position>) {
  const named = locations?.length ? locations : [location]
  return named.map((place) => ({ text: place }))
}

function readDetail(answer: string, listed: ListedPosting): ListedPosting | undefined {
  const description = Detail.safeParse(jsonOf(answer)).data
  if (description === undefined) return undefined
  return { ...listed, html: contentOf(toHtml([{ text: description }])) }
}
