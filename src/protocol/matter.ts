import { z } from 'zod'

import { Counts, WatchTokenId } from './run.ts'

/** A matter's id: 32 lower-case hex digits. The matter keeps its id when it gets another name. */
export const MatterId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'a matter id is 32 lower-case hex digits')
  .brand<'MatterId'>()
export type MatterId = z.infer<typeof MatterId>

/** A matter, and its documents in numbers. */
export const MatterView = z.object({
  matter_id: MatterId,
  name: z.string(),
  /** The key of the matter's group in runs. The group never changes: it is the first name of the matter. */
  group: z.string(),
  created_at: z.string(),
  documents: Counts,
  /** The number of notices that the indexed documents have. */
  notices: z.int(),
})
export type MatterView = z.infer<typeof MatterView>

export const MatterPage = z.object({
  matters: z.array(MatterView),
  next_cursor: z.string().nullable(),
})
export type MatterPage = z.infer<typeof MatterPage>

/** A watch token that reads a matter now, by its id. The token itself is not stored. */
export const MatterTokenView = z.object({
  kind: z.literal('matter'),
  token_id: WatchTokenId,
  matter_id: MatterId,
  /** The present name of the matter. */
  matter: z.string(),
  created_at: z.string(),
  expires_at: z.string(),
})
export type MatterTokenView = z.infer<typeof MatterTokenView>
