import { z } from 'zod'

import { RunId } from './ids.ts'
import { MatterTokenView } from './matter.ts'
import { WatchTokenId } from './run.ts'

/** A watch token that reads a run now, by its id. The token itself is not stored. */
export const RunTokenView = z.object({
  kind: z.literal('run'),
  token_id: WatchTokenId,
  run_id: RunId,
  /** What people call the run now. Null: the run is older than the runs of the owner's live list. */
  run: z.string().nullable(),
  created_at: z.string(),
  expires_at: z.string(),
})
export type RunTokenView = z.infer<typeof RunTokenView>

/** The watch tokens of an owner's runs and matters. */
export const WatchTokenList = z.object({
  tokens: z.array(z.discriminatedUnion('kind', [RunTokenView, MatterTokenView])),
  next_cursor: z.string().nullable(),
})
export type WatchTokenList = z.infer<typeof WatchTokenList>
