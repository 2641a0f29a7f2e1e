import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import {
  baseOf,
  boardConfig,
  type BoardSource,
  HOST_LABEL,
  linkOn,
  ownLink,
  tenantOf,
} from './board.ts'
import { toPosting, workplaceOf } from './facts.ts'
import { flag, partOf, text, toListing } from './item.ts'
import { readEnvelope, readListing } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'

const named = partOf({ name: text })

/**
 * One position of Breezy's list. No recorded response is at hand: the reader follows public descriptions of the list,
 * and fails in words where the answer is no list. The texts are on the positions' pages.
 */
const Position = z.object({
  id: z.unknown(),
  name: z.unknown(),
  url: text,
  published_date: text,
  type: named,
  department: text,
  salary: text,
  company: named,
  location: partOf({ name: text, city: text, state: named, country: named, is_remote: flag }),
})

export const breezy = defineSource({
  name: 'Breezy',
  config: boardConfig('breezy', HOST_LABEL),
  boardOf: (address) => tenantOf(address, 'breezy.hr'),
  pace: { domains: ['breezy.hr'] },
  list,
})

const Positions = z.array(z.unknown())

/** Reads the whole list in one request. The address of an unknown tenant leads to the platform's home page. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const base = baseOf(source, `https://${board}.breezy.hr`)
  const answer = await readListing(
    { board, url: `${base}/json`, kind: 'page', redirect: 'unknown' },
    ports,
  )
  const positions = readEnvelope(Positions, answer, { board, list: 'positions' })
  return toListing(board, positions, (item) => toListed(item, base))
}

function toListed(item: unknown, base: string): ListedPosting | undefined {
  const position = Position.safeParse(item).data
  if (!position) return undefined
  const { location } = position
  return toPosting({
    id: position.id,
    title: position.name,
    url: ownLink(base, position.url) || linkOn('breezy.hr', position.url),
    places: [
      {
        text: location.name,
        city: location.city,
        region: location.state.name,
        country: location.country.name,
      },
    ],
    workplace: [workplaceOf({ remote: location.is_remote })],
    department: position.department,
    employer: position.company.name,
    employment: [position.type.name],
    salary: { text: position.salary, country: location.country.name },
    posted_at: position.published_date,
  })
}
