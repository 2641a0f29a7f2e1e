import { z } from 'zod'

/** Faults of the answer: its status, its body, or its connection. */
const AnswerFault = z.enum([
  '401',
  '403',
  '404',
  '429',
  '500',
  '503',
  'html',
  'truncated',
  'cut',
  'reset',
  'hang',
  'huge',
])
export type AnswerFault = z.infer<typeof AnswerFault>

/** Faults of what a well-formed listing holds. */
export const ListingFault = z.enum([
  'empty',
  'no-content',
  'duplicate-id',
  'odd-items',
  'wrong-shape',
])
export type ListingFault = z.infer<typeof ListingFault>

/** What can be wrong with a board, by name. */
export const Fault = z.enum([...AnswerFault.options, ...ListingFault.options])
export type Fault = z.infer<typeof Fault>

export function isListingFault(fault: Fault | undefined): fault is ListingFault {
  return ListingFault.safeParse(fault).success
}
