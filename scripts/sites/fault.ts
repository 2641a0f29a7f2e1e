import { z } from 'zod'

/** Faults of the answer with a listing: its status, its body, or its connection. */
const AnswerFault = z.enum([
  '401',
  '403',
  '404',
  '429',
  '500',
  '503',
  'html',
  'html-200',
  'bot-wall',
  'redirect-home',
  'not-modified',
  'truncated',
  'cut',
  'reset',
  'hang',
  'huge',
])
export type AnswerFault = z.infer<typeof AnswerFault>

/** Faults in the content of a well-formed listing. `empty-list` answers a bare `[]` if the listing is JSON. */
const ListingFault = z.enum([
  'empty',
  'empty-list',
  'no-content',
  'duplicate-id',
  'odd-items',
  'wrong-shape',
  'wrong-total',
  'repeated-page',
])
export type ListingFault = z.infer<typeof ListingFault>

/** Faults of the answer with a posting's page. */
const PageFault = z.enum([
  'page-404',
  'page-500',
  'page-drip',
  'page-bomb',
  'page-endless',
  'page-loop',
  'page-no-jsonld',
])
export type PageFault = z.infer<typeof PageFault>

/** All faults of a board, by name. With `page-robots`, robots.txt forbids the board's postings. */
export const Fault = z.enum([
  ...AnswerFault.options,
  ...ListingFault.options,
  ...PageFault.options,
  'page-robots',
])
export type Fault = z.infer<typeof Fault>

export function isListingFault(fault: Fault | undefined): fault is ListingFault {
  return ListingFault.safeParse(fault).success
}

/** True if a request for a listing meets the fault. */
export function isOfListing(fault: Fault): fault is AnswerFault | ListingFault {
  return AnswerFault.safeParse(fault).success || isListingFault(fault)
}

/** True if a request for a posting's page meets the fault. */
export function isOfPage(fault: Fault): fault is PageFault {
  return PageFault.safeParse(fault).success
}
