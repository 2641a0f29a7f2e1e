import { createContext, use } from 'react'

import { type Nouns, nounsOf } from '../src/protocol/nouns.ts'

/** The pipeline of the run that is shown; undefined while that is not known. */
export const ShownPipeline = createContext<string | undefined>(undefined)

/** What the groups and jobs of the run that is shown are to a person. */
export function useNouns(): Nouns {
  return nounsOf(use(ShownPipeline))
}
