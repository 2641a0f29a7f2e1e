import { z } from 'zod'

import { Fault } from './fault.ts'
import { Kind } from './kind.ts'

const ms = z.int().min(0).max(600_000)
const share = z.number().min(0).max(1)

/** One latency for all boards, or a range: the first company answers fastest, the last one slowest. */
const Latency = z.union([ms, z.tuple([ms, ms])])

/** The settings of the sample sites. All content follows from these settings and the visit. */
export const SiteSettings = z.strictObject({
  port: z.int().min(0).max(65_535).default(0),
  companies: z.int().min(1).max(100_000).default(20),
  /** The kinds that `companies.json` gives the companies, in turn. Every board answers for every kind. */
  kinds: z.array(Kind).min(1).default(['greenhouse']),
  postings: z.int().min(0).max(100_000).default(50),
  /** About how many characters of text a posting has. */
  content: z.int().min(1).max(100_000).default(1_000),
  seed: z.int().default(1),
  latency_ms: Latency.default(0),
  /** The first fault is for company-1, the second for company-2, and so on. */
  faults: z.array(Fault).default([]),
  /** The shares of a board's postings that are new, changed or gone at the next visit. */
  churn: z
    .strictObject({
      new: share.default(0.1),
      changed: share.default(0.1),
      gone: share.default(0.1),
    })
    .prefault({}),
})
export type SiteSettings = z.infer<typeof SiteSettings>
