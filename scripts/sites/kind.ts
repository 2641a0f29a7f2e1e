import { z } from 'zod'

/** The kinds of source that a company can have. */
export const Kind = z.enum([
  'greenhouse',
  'lever',
  'ashby',
  'site',
  'recruitee',
  'smartrecruiters',
  'workable',
  'personio',
  'teamtailor',
  'pinpoint',
  'bamboohr',
  'rippling',
  'workday',
  'oracle',
  'eightfold',
  'amazon',
  'google',
  'breezy',
  'paylocity',
  'jobvite',
  'icims',
  'jazzhr',
  'softgarden',
  'dvinci',
  'successfactors',
])
export type Kind = z.infer<typeof Kind>
