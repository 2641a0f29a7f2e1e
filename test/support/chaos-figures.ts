import { appendFileSync } from 'node:fs'

import { z } from 'zod'

import type { Rest } from './rest.ts'

/** One row of the table at the end of a chaos run. */
export const ChaosFigures = z.object({
  scenario: z.int(),
  title: z.string(),
  /** The troubles of the scenario, in words and numbers. */
  happened: z.string(),
  lost: z.int(),
  failed: z.int(),
  twice: z.int(),
  gaps: z.int(),
  seconds: z.number(),
})
export type ChaosFigures = z.infer<typeof ChaosFigures>

/** With RUNCAST_LONG the tests use the settings of a deployment, and longer times. */
export const long = process.env['RUNCAST_LONG'] !== undefined

const file = process.env['RUNCAST_CHAOS_FIGURES']

type Happened = Pick<ChaosFigures, 'scenario' | 'title' | 'happened'> & { readonly since: number }

/** Appends a scenario's figures to the file that RUNCAST_CHAOS_FIGURES names. */
export function note({ since, ...happened }: Happened, rest: Omit<Rest, 'jobs'>): void {
  if (file === undefined) return
  const figures: ChaosFigures = {
    ...happened,
    lost: rest.lost.length,
    failed: rest.failed.length,
    twice: rest.twice.length,
    gaps: rest.gaps.length,
    seconds: (performance.now() - since) / 1_000,
  }
  appendFileSync(file, `${JSON.stringify(figures)}\n`)
}
