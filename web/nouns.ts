import { createContext, use } from 'react'

import { type Nouns, nounsOf } from '../src/protocol/nouns.ts'

/** The pipeline of the shown run. Undefined until it is known. */
export const ShownPipeline = createContext<string | undefined>(undefined)

/** Returns a person's words for the groups and jobs of the shown run. */
export function useNouns(): Nouns {
  return nounsOf(use(ShownPipeline))
}
