import { z } from 'zod'

/** The quotas of an owner. */
export const QuotaName = z.enum([
  'starts',
  'runs_waiting',
  'previews',
  'upload_bytes',
  'stored_bytes',
])
export type QuotaName = z.infer<typeof QuotaName>

/** A quota and its use. `window_s`, `reset_s`: absent where the present number counts, and not what was done in a time. */
export const QuotaView = z.object({
  name: QuotaName,
  limit: z.int(),
  used: z.int(),
  left: z.int(),
  /** The time for which the limit holds, and when its present window ends, in seconds. */
  window_s: z.int().exactOptional(),
  reset_s: z.int().exactOptional(),
})
export type QuotaView = z.infer<typeof QuotaView>
