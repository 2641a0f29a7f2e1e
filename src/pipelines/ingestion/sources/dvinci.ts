import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource, HOST_LABEL, linkOn, tenantOf } from './board.ts'
import { toPosting } from './facts.ts'
import { listOf, partOf, text, toListing } from './item.ts'
import { readEnvelope, readListing } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'

const named = partOf({ name: text })

/**
 * One publication of d.vinci's list (https://static.dvinci-easy.com/files/d.vinci%20rest-api.html). No recorded response
 * is at hand: the reader follows public descriptions, and fails in words where the answer is no list. The list is in
 * German, as it has a row for each language of a publication.
 */
const Publication = z.object({
  id: z.unknown(),
  position: z.unknown(),
  language: text,
  jobPublicationURL: text,
  applicationFormURL: text,
  startDate: text,
  endDate: text,
  introduction: text,
  tasks: text,
  profile: text,
  weOffer: text,
  closingText: text,
  jobOpening: partOf({
    locations: listOf(z.object({ name: text, city: text, country: text })),
    department: named,
    company: named,
    reference: text,
  }),
})

export const dvinci = defineSource({
  name: 'd.vinci',
  config: boardConfig('dvinci', HOST_LABEL),
  boardOf: (address) => tenantOf(address, 'dvinci-hr.com'),
  pace: { domains: ['dvinci-hr.com'] },
  list,
})

const Publications = z.array(z.unknown())

/** Reads the whole list with its content in one request. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const url = `${baseOf(source, `https://${board}.dvinci-hr.com`)}/jobPublication/list.json?lang=de`
  const answer = await readListing({ board, url }, ports)
  const publications = readEnvelope(Publications, answer, { board, list: 'publications' })
  return toListing(board, publications, toListed)
}

function toListed(item: unknown): ListedPosting | undefined {
  const read = Publication.safeParse(item).data
  if (!read) return undefined
  const { locations, department, company, reference } = read.jobOpening
  return toPosting({
    id: read.id,
    title: read.position,
    url: linkOn('dvinci-hr.com', read.jobPublicationURL),
    apply_url: linkOn('dvinci-hr.com', read.applicationFormURL),
    places: locations?.map((place) => place && { ...place, text: place.name }) ?? [],
    department: department.name,
    employer: company.name,
    requisition_id: reference,
    language: read.language,
    sections: [read.introduction, read.tasks, read.profile, read.weOffer, read.closingText].map(
      (part) => ({ text: part }),
    ),
    posted_at: read.startDate,
    valid_through: read.endDate,
  })
}
