import { z } from 'zod'

/** Faults of the answer to a listing: its status, its body, or its connection. */
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

/** Faults of what a well-formed listing holds. `empty-list` is a bare `[]` where JSON is spoken. */
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

/** Faults of the answer to a posting's page. */
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

/** What can be wrong with a board, by name. `page-robots`: robots.txt forbids its postings. */
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

/** Whether it is met where a listing is asked for. */
export function isOfListing(fault: Fault): fault is AnswerFault | ListingFault {
  return AnswerFault.safeParse(fault).success || isListingFault(fault)
}

/** Whether it is met where a posting's page is asked for. */
export function isOfPage(fault: Fault): fault is PageFault {
  return PageFault.safeParse(fault).success
}
