import { z } from 'zod'

/** The one group of a driven run. */
export const GROUP = 'acme'

/** What each job becomes, in this order. */
export const steps = ['crawling', 'extracting', 'ready'] as const

const FIRST_ID = 100_000

// A job comes to its next step when this many others have come to theirs: after about a second.
const APART = 100

export type Workload = {
  readonly jobs: number
  /** Changes a second. */
  readonly rate: number
}

/** A job comes to the step of this index, so long after the beginning. */
export type Change = { readonly job: number; readonly step: number; readonly at_ms: number }

/** Every change of a run in order, evenly paced. */
export function changesOf({ jobs, rate }: Workload): Change[] {
  return Array.from({ length: jobs * steps.length }, (_, index) => ({
    job: Math.floor(index / steps.length),
    step: index % steps.length,
  }))
    .toSorted((a, b) => a.job + a.step * APART - (b.job + b.step * APART))
    .map((change, index) => ({ ...change, at_ms: (index * 1_000) / rate }))
}

export function externalId(job: number): string {
  return String(FIRST_ID + job)
}

export function jobOf(external_id: string): number {
  return Number(external_id) - FIRST_ID
}

export function titleOf(job: number): string {
  return `Engineer, team ${job}`
}

/**
 * When each change was made, in milliseconds since 1970, and when whoever shows it was told: the
 * same but where a worker passes on several at a time.
 */
export const Driven = z.object({
  began: z.number(),
  made: z.array(z.number()),
  told: z.array(z.number()),
})
export type Driven = z.infer<typeof Driven>
