import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource } from './board.ts'
import { toPosting, workplaceOf } from './facts.ts'
import { jsonBehind } from './html-rows.ts'
import { flag, idInAddress, partOf, text, toListing } from './item.ts'
import { jsonOf, readEnvelope, readListingText } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * One job in the data of a Paylocity page. Checked on a recorded page of 2026. The texts are on the jobs' pages. Jobs for
 * the company's own people are left out.
 */
const Job = z.object({
  JobId: z.unknown(),
  JobTitle: z.unknown(),
  LocationName: text,
  PublishedDate: text,
  Description: text,
  HiringDepartment: text,
  IsInternal: flag,
  IsRemote: flag,
  JobLocation: partOf({ City: text, State: text, Country: text }),
})

export const paylocity = defineSource({
  name: 'Paylocity',
  config: boardConfig(
    'paylocity',
    z.string().regex(GUID, 'a board is the long id in the address of its job list'),
  ),
  boardOf: ({ hostname, pathname }) =>
    hostname === 'recruiting.paylocity.com'
      ? pathname.split('/').find((segment) => GUID.test(segment))
      : undefined,
  list,
})

const PageData = z.object({ ModuleTitle: text, Jobs: z.array(z.unknown()) })

/** Reads the whole list from the data in one page. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const base = `${baseOf(source, 'https://recruiting.paylocity.com')}/Recruiting/Jobs`
  const url = `${base}/All/${board}`
  const html = await readListingText({ board, url, kind: 'page', format: 'html' }, ports)
  const data = jsonOf(jsonBehind(html, 'window.pageData') ?? '')
  const { Jobs, ModuleTitle } = readEnvelope(PageData, data, { board })
  return toListing(board, Jobs, (item) => toListed(item, base, ModuleTitle))
}

function toListed(
  item: unknown,
  base: string,
  employer: string | null | undefined,
): ListedPosting | 'unlisted' | undefined {
  const job = Job.safeParse(item).data
  if (!job) return undefined
  if (job.IsInternal) return 'unlisted'
  const { City, State, Country } = job.JobLocation
  return toPosting({
    id: job.JobId,
    title: job.JobTitle,
    url: `${base}/Details/${idInAddress(job.JobId)}`,
    places: [City ? { city: City, region: State, country: Country } : { text: job.LocationName }],
    workplace: [workplaceOf({ remote: job.IsRemote }), job.LocationName],
    department: job.HiringDepartment,
    employer,
    sections: [{ text: job.Description }],
    posted_at: job.PublishedDate,
  })
}
