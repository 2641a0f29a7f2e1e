import { z } from 'zod'

import { cleanText } from './clean-text.ts'

function isClean(text: string): boolean {
  return text === cleanText(text)
}

/** A run's name: 32 lower-case hex digits. Derived from (owner, key) or random. */
export const RunId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'a run id is 32 lower-case hex digits')
  .brand<'RunId'>()
export type RunId = z.infer<typeof RunId>

/** The `sub` of a checked token. Every key of an owner's data begins with it. */
export const Owner = z
  .string()
  .min(1)
  .max(255)
  .refine(isClean, 'an owner holds no NUL and no lone surrogate')
  .brand<'Owner'>()
export type Owner = z.infer<typeof Owner>

/** What is planned and shown together: a company, a matter. */
export const GroupKey = z
  .string()
  .min(1)
  .max(200)
  .refine(isClean, 'a group key holds no NUL and no lone surrogate')
  .brand<'GroupKey'>()
export type GroupKey = z.infer<typeof GroupKey>

/** A job's name at its source, unique within its group. */
export const ExternalId = z
  .string()
  .min(1)
  .max(500)
  .refine(isClean, 'an external id holds no NUL and no lone surrogate')
  .brand<'ExternalId'>()
export type ExternalId = z.infer<typeof ExternalId>
