import { z } from 'zod'

import { LabelKey } from '../protocol/naming.ts'
import { QueryText } from './contract/parameters.ts'

/** `team`: has this label. `team:growth`: with this value. */
export const LabelFilter = QueryText.transform((text) => {
  const colon = text.indexOf(':')
  return colon === -1 ? { key: text } : { key: text.slice(0, colon), value: text.slice(colon + 1) }
}).pipe(z.object({ key: LabelKey, value: z.string().exactOptional() }))
