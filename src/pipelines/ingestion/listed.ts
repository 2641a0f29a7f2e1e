import { z } from 'zod'

import type { Source } from '../../protocol/company.ts'
import { ExternalId } from '../../protocol/ids.ts'
import type { PlanPorts } from '../pipeline.ts'

/**
 * One posting as its listing holds it, put aside by the plan for the job that works on it. Times
 * are still the board's own text; `html` is null where the listing has no content.
 */
export const Listed = z.object({
  external_id: ExternalId,
  title: z.string(),
  url: z.string(),
  locations: z.array(z.string()),
  departments: z.array(z.string()),
  html: z.string().nullable(),
  posted_at: z.string().nullable(),
  updated_at: z.string().nullable(),
})
export type Listed = z.infer<typeof Listed>

/** Reads a board's whole listing, every id once; throws PlanFailure. */
export type ListingReader = (
  source: Source,
  ports: Pick<PlanPorts, 'fetch' | 'signal'>,
) => Promise<Listed[]>
