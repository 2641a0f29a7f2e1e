import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource, HOST_LABEL, tenantOf } from './board.ts'
import { toPosting, workplaceOf } from './facts.ts'
import { flag, listOf, partOf, text } from './item.ts'
import { readJsonInSlices } from './listing-stream.ts'
import { readEnvelope } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'

const amount = z.union([z.number(), z.string()]).nullish().catch(null)

/**
 * One offer of Recruitee's careers site API (https://docs.recruitee.com/reference/intro-to-careers-site-api). Checked
 * on a recorded response of 2026. A company's own domain answers at the same path: give it as `base_url`.
 */
const Offer = z.object({
  id: z.unknown(),
  title: z.unknown(),
  careers_url: text,
  careers_apply_url: text,
  locations: listOf(z.object({ city: text, state: text, country: text })),
  city: text,
  state_name: text,
  country: text,
  location: text,
  remote: flag,
  hybrid: flag,
  on_site: flag,
  department: text,
  employment_type_code: text,
  salary: partOf({ min: amount, max: amount, currency: text, period: text }),
  description: text,
  requirements: text,
  published_at: text,
  updated_at: text,
  close_at: text,
  company_name: text,
  status: text,
})

export const recruitee = defineSource({
  name: 'Recruitee',
  config: boardConfig('recruitee', HOST_LABEL),
  boardOf: (address) => tenantOf(address, 'recruitee.com'),
  pace: { domains: ['recruitee.com'] },
  list,
})

const Offers = z.object({ offers: z.array(z.unknown()) })

/** Reads the whole listing with its content in one request. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const url = `${baseOf(source, `https://${board}.recruitee.com`)}/api/offers/`
  const at = 'offers'
  const { listing, envelope } = await readJsonInSlices({ board, url, at }, toListed, ports)
  readEnvelope(Offers, envelope, { board, list: 'offers' })
  return listing
}

function toListed(item: unknown): ListedPosting | 'unlisted' | undefined {
  const offer = Offer.safeParse(item).data
  if (!offer) return undefined
  if (offer.status && offer.status !== 'published') return 'unlisted'
  return toPosting({
    ...offer,
    url: offer.careers_url,
    apply_url: offer.careers_apply_url,
    places: placesOf(offer),
    workplace: [workplaceOf({ ...offer, onsite: offer.on_site })],
    employment: [offer.employment_type_code],
    employer: offer.company_name,
    salary: { ...offer.salary, country: offer.country },
    sections: [{ text: offer.description }, { text: offer.requirements }],
    posted_at: offer.published_at,
    valid_through: offer.close_at,
  })
}

function placesOf({ locations, location, city, state_name, country }: z.infer<typeof Offer>) {
  const listed = locations?.map((place) => place && { ...place, region: place.state }) ?? []
  return listed.length > 0 ? listed : [{ text: location, city, region: state_name, country }]
}
