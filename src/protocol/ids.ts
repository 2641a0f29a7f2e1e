import { z } from 'zod'

import { givenText } from './text.ts'

/** A run's id: 32 lower-case hex digits, derived from (owner, idempotency key) or random. */
export const RunId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'a run id is 32 lower-case hex digits')
  .brand<'RunId'>()
export type RunId = z.infer<typeof RunId>

/** The `sub` of a checked token. Every key of an owner's data begins with it. */
export const Owner = givenText(255).brand<'Owner'>()
export type Owner = z.infer<typeof Owner>

/** The key of a run everywhere outside its own object. */
export type RunName = { readonly owner: Owner; readonly run_id: RunId }

/** The key of a group. A group's jobs are planned and shown together; a company and a matter are groups. */
export const GroupKey = givenText(200).brand<'GroupKey'>()
export type GroupKey = z.infer<typeof GroupKey>

/** A job's id at its source, unique within its group. */
export const ExternalId = givenText(500).brand<'ExternalId'>()
export type ExternalId = z.infer<typeof ExternalId>
