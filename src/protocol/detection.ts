import { z } from 'zod'

import { Source } from './company.ts'
import { Reason } from './status.ts'

/** What told which source fits an address. */
const DetectedBy = z.enum(['address', 'marker', 'sitemap', 'listing', 'feed'])

/** Which source fits an address. `url` is the address as the caller gave it. */
export const Detection = z.discriminatedUnion('status', [
  z.object({
    url: z.string(),
    status: z.literal('found'),
    /** The source, as a company takes it. */
    source: Source,
    /** The platform to which the address belongs. Null for a site that is on no known platform. */
    platform: z.string().nullable(),
    /** The company's name on the platform, as addresses have it. */
    board: z.string().nullable(),
    /** The board's own name for people, if it tells one. */
    name: z.string().nullable(),
    /** Whether the board itself answered. False: it was not asked, or did not prove that it exists. */
    confirmed: z.boolean(),
    by: DetectedBy,
    /** One or more sentences on how the source was found. */
    why: z.string(),
  }),
  z.object({ url: z.string(), status: z.literal('failed'), reason: Reason }),
])
export type Detection = z.infer<typeof Detection>
