import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource, HOST_LABEL, tenantOf } from './board.ts'
import { toPosting } from './facts.ts'
import { flag, number, partOf, text, toListing } from './item.ts'
import { readEnvelope, readListing } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'

const named = partOf({ name: text })

/**
 * One posting of Pinpoint's job list (https://developers.pinpointhq.com). Checked on a recorded listing of 2026. Its pay
 * counts only if the company shows it.
 */
const Posting = z.object({
  id: z.unknown(),
  title: z.unknown(),
  url: text,
  path: text,
  location: named,
  workplace_type: text,
  workplace_type_text: text,
  employment_type: text,
  employment_type_text: text,
  department: named,
  job: partOf({ requisition_id: text, department: named, division: named }),
  compensation: text,
  compensation_minimum: number,
  compensation_maximum: number,
  compensation_currency: text,
  compensation_frequency: text,
  compensation_visible: flag,
  description: text,
  key_responsibilities: text,
  key_responsibilities_header: text,
  skills_knowledge_expertise: text,
  skills_knowledge_expertise_header: text,
  benefits: text,
  benefits_header: text,
  deadline_at: text,
})
type PinpointPosting = z.infer<typeof Posting>

export const pinpoint = defineSource({
  name: 'Pinpoint',
  config: boardConfig('pinpoint', HOST_LABEL),
  boardOf: (address) => tenantOf(address, 'pinpointhq.com'),
  pace: { domains: ['pinpointhq.com'] },
  list,
})

const Postings = z.object({ data: z.array(z.unknown()) })

/** Reads the whole listing with its content in one request. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const base = baseOf(source, `https://${board}.pinpointhq.com`)
  const answer = await readListing({ board, url: `${base}/postings.json` }, ports)
  const { data } = readEnvelope(Postings, answer, { board, list: 'postings' })
  return toListing(board, data, (item) => toListed(item, base))
}

function toListed(item: unknown, base: string): ListedPosting | undefined {
  const posting = Posting.safeParse(item).data
  if (!posting) return undefined
  return toPosting({
    id: posting.id,
    title: posting.title,
    url: posting.url ?? (posting.path ? `${base}${posting.path}` : null),
    places: [{ text: posting.location.name }],
    workplace: [posting.workplace_type, posting.workplace_type_text],
    department: posting.job.department.name ?? posting.department.name,
    team: posting.job.division.name,
    requisition_id: posting.job.requisition_id,
    employment: [posting.employment_type, posting.employment_type_text],
    salary: salaryOf(posting),
    sections: sectionsOf(posting),
    valid_through: posting.deadline_at,
  })
}

function salaryOf(posting: PinpointPosting) {
  if (posting.compensation_visible !== true) return null
  return {
    min: posting.compensation_minimum,
    max: posting.compensation_maximum,
    currency: posting.compensation_currency,
    period: posting.compensation_frequency,
    text: posting.compensation,
  }
}

function sectionsOf(posting: PinpointPosting) {
  return [
    { text: posting.description },
    { heading: posting.key_responsibilities_header, text: posting.key_responsibilities },
    {
      heading: posting.skills_knowledge_expertise_header,
      text: posting.skills_knowledge_expertise,
    },
    { heading: posting.benefits_header, text: posting.benefits },
  ]
}
