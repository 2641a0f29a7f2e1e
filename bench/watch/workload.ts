import { z } from 'zod'

/** The only group of a driven run. */
export const GROUP = 'acme'

/** The statuses of each job in order. */
export const steps = ['crawling', 'extracting', 'ready'] as const

const FIRST_ID = 100_000

// A job gets its next status when this many other jobs have got theirs, which is after about a second.
const APART = 100

export type Workload = {
  readonly jobs: number
  /** The number of changes a second. */
  readonly rate: number
}

/** A job reaches the step with this index at this time after the beginning. */
export type Change = { readonly job: number; readonly step: number; readonly at_ms: number }

/** Returns every change of a run in order, at an even rate. */
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
 * The time of each change in milliseconds since 1970, and the time at which the server was told of it. The
 * two differ only if a worker reports several changes at once.
 */
export const Driven = z.object({
  began: z.number(),
  made: z.array(z.number()),
  told: z.array(z.number()),
})
export type Driven = z.infer<typeof Driven>
