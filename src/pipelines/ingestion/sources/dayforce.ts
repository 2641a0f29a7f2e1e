import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource, linkOn } from './board.ts'
import { toPosting } from './facts.ts'
import { text, toListing } from './item.ts'
import { readEnvelope, readListing } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'

const BOARD = /^([A-Za-z0-9_-]{1,100})\/([A-Za-z0-9_-]{1,100})$/

/**
 * One row of Dayforce's job feed. No recorded response is at hand: the reader follows public descriptions of the feed,
 * and fails in words where the answer is no list. A posting has a row for each language and each place.
 */
const Row = z.object({
  ReferenceNumber: z.union([z.string(), z.number()]).transform(String),
  Title: z.unknown(),
  JobDetailsUrl: text,
  ApplyUrl: text,
  City: text,
  State: text,
  Country: text,
  CultureCode: text,
  DatePosted: text,
  LastUpdated: text,
  Description: text,
  Department: text,
  CompanyName: text,
  EmploymentIndicator: text,
})
type DayforceRow = z.infer<typeof Row>

export const dayforce = defineSource({
  name: 'Dayforce',
  config: boardConfig(
    'dayforce',
    z.string().regex(BOARD, 'a board is the tenant and its job board: acme/CANDIDATEPORTAL'),
  ),
  boardOf,
  list,
})

/** The path may begin with a language. */
function boardOf({ hostname, pathname }: URL): string | undefined {
  if (hostname !== 'jobs.dayforcehcm.com') return undefined
  const segments = pathname.split('/').filter((segment) => segment !== '')
  const from = /^[a-z]{2}(?:-[A-Z]{2})?$/.test(segments[0] ?? '') ? 1 : 0
  const board = segments.slice(from, from + 2).join('/')
  return BOARD.test(board) ? board : undefined
}

const Rows = z.array(z.unknown())

/** Reads the whole feed with its texts in one request. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const [, tenant = '', portal = ''] = BOARD.exec(board) ?? []
  const base = `${baseOf(source, 'https://www.dayforcehcm.com')}/api/${tenant}/V1/JobFeeds`
  const url = `${base}?includeActivePostingOnly=true&internalJobBoardCode=${portal}`
  const answer = await readListing({ board, url, kind: 'page' }, ports)
  const items = readEnvelope(Rows, answer, { board })
  return toListing(board, inOneLanguage(items), toListed)
}

/** Keeps the rows of one language of each posting: English if it has it, or else the first one. */
function inOneLanguage(items: readonly unknown[]): readonly (DayforceRow | undefined)[] {
  const rows = items.map((item) => Row.safeParse(item).data)
  const groups = Map.groupBy(rows, (row) => row?.ReferenceNumber)
  return [...groups.values()].flatMap((group) => {
    const english = group.find((row) => row?.CultureCode?.startsWith('en'))
    const culture = (english ?? group[0])?.CultureCode
    return group.filter((row) => row?.CultureCode === culture).map(sameTitleAs(english ?? group[0]))
  })
}

/** Another title under the same number is another job: nobody can tell which one the number means. */
function sameTitleAs(
  first: DayforceRow | undefined,
): (row: DayforceRow | undefined) => DayforceRow | undefined {
  return (row) => (row?.Title === first?.Title ? row : undefined)
}

function toListed(row: DayforceRow | undefined): ListedPosting | undefined {
  if (!row) return undefined
  return toPosting({
    id: row.ReferenceNumber,
    title: row.Title,
    url: linkOn('dayforcehcm.com', row.JobDetailsUrl),
    apply_url: linkOn('dayforcehcm.com', row.ApplyUrl),
    places: [{ city: row.City, region: row.State, country: row.Country }],
    department: row.Department,
    employer: row.CompanyName,
    requisition_id: row.ReferenceNumber,
    language: row.CultureCode,
    employment: [row.EmploymentIndicator],
    sections: [{ text: row.Description }],
    posted_at: row.DatePosted,
    updated_at: row.LastUpdated,
  })
}
