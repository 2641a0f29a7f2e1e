import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { webLink } from '../web-link.ts'
import { baseOf, boardConfig, type BoardSource } from './board.ts'
import { toPosting, workplaceOf } from './facts.ts'
import { flag, listOf, partOf, text, toListing } from './item.ts'
import { readEnvelope, readListing } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'

const BOARD = /^([A-Za-z0-9]{1,10}\.[A-Za-z0-9]{1,10})\/([A-Za-z0-9]{8,100})$/

/**
 * One position of Comeet's careers API (https://developers.comeet.com/reference/careers-api-overview). No recorded
 * response is at hand: the reader follows the public reference, and fails in words where the answer is no list. The
 * company's number and its token both stand in the page of its jobs.
 */
const Position = z.object({
  uid: z.unknown(),
  name: z.unknown(),
  url_active_page: text,
  url_comeet_hosted_page: text,
  location: partOf({ name: text, city: text, state: text, country: text, is_remote: flag }),
  workplace_type: text,
  department: text,
  company_name: text,
  employment_type: text,
  time_updated: text,
  details: listOf(z.object({ name: text, value: text })),
})

export const comeet = defineSource({
  name: 'Comeet',
  config: boardConfig(
    'comeet',
    z.string().regex(BOARD, "a board is the company's number and its token: A2.00E/1A2B3C4D"),
  ),
  list,
})

const Positions = z.array(z.unknown())

/** Reads the whole list with its texts in one request. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const [, company = '', token = ''] = BOARD.exec(source.board) ?? []
  const base = `${baseOf(source, 'https://www.comeet.co')}/careers-api/2.0/company`
  const url = `${base}/${company}/positions?token=${token}&details=true`
  // The token is no secret, and still stays out of what people read.
  const board = company
  const answer = await readListing({ board, url }, ports)
  const positions = readEnvelope(Positions, answer, { board, list: 'positions' })
  return toListing(board, positions, toListed)
}

function toListed(item: unknown): ListedPosting | undefined {
  const position = Position.safeParse(item).data
  if (!position) return undefined
  const { location } = position
  return toPosting({
    id: position.uid,
    title: position.name,
    url: webLink(position.url_active_page) || webLink(position.url_comeet_hosted_page),
    places: [{ ...location, text: location.name, region: location.state }],
    workplace: [position.workplace_type, workplaceOf({ remote: location.is_remote })],
    department: position.department,
    employer: position.company_name,
    employment: [position.employment_type],
    sections: (position.details ?? []).map(
      (part) => part && { heading: part.name, text: part.value },
    ),
    updated_at: position.time_updated,
  })
}
