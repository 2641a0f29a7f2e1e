import { z } from 'zod'

import { Fault } from './fault.ts'
import { Kind } from './kind.ts'

const ms = z.int().min(0).max(600_000)
const share = z.number().min(0).max(1)

/** One wait for every board, or a spread: the first company answers fastest, the last slowest. */
const Latency = z.union([ms, z.tuple([ms, ms])])

/** What the sample sites are made of. Everything they say follows from this and the visit alone. */
export const SiteSettings = z.strictObject({
  port: z.int().min(0).max(65_535).default(0),
  companies: z.int().min(1).max(100_000).default(20),
  /** What `companies.json` names the companies as, in turn. Every board answers for every kind. */
  kinds: z.array(Kind).min(1).default(['greenhouse']),
  postings: z.int().min(0).max(100_000).default(50),
  /** Characters of text in a posting's content, about. */
  content: z.int().min(1).max(100_000).default(1_000),
  seed: z.int().default(1),
  latency_ms: Latency.default(0),
  /** The first one for company-1, the next one for company-2, and so on. */
  faults: z.array(Fault).default([]),
  /** The share of a board's postings that is new, changed or gone from one visit to the next. */
  churn: z
    .strictObject({
      new: share.default(0.1),
      changed: share.default(0.1),
      gone: share.default(0.1),
    })
    .prefault({}),
})
export type SiteSettings = z.infer<typeof SiteSettings>
