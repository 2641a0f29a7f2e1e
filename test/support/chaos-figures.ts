import { appendFileSync } from 'node:fs'

import { z } from 'zod'

import type { Rest } from './rest.ts'

/** One row of the table that a chaos run ends with. */
export const ChaosFigures = z.object({
  scenario: z.int(),
  title: z.string(),
  /** What happened to it, in words and numbers. */
  happened: z.string(),
  lost: z.int(),
  failed: z.int(),
  twice: z.int(),
  gaps: z.int(),
  seconds: z.number(),
})
export type ChaosFigures = z.infer<typeof ChaosFigures>

/** With RUNCAST_LONG everything is as in a deployment, and counted in full. */
export const long = process.env['RUNCAST_LONG'] !== undefined

const file = process.env['RUNCAST_CHAOS_FIGURES']

type Happened = Pick<ChaosFigures, 'scenario' | 'title' | 'happened'> & { readonly since: number }

/** Keeps what a scenario came to for whoever asked for it. */
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
