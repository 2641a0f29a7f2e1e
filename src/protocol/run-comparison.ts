import { z } from 'zod'

import { GroupKey, RunId } from './ids.ts'

/** The numbers of jobs by how they ended, and of ready ones by their outcome. `gone`: postings that expired. */
export const Figures = z.object({
  ready: z.int(),
  failed: z.int(),
  skipped: z.int(),
  aborted: z.int(),
  new: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  gone: z.int(),
})
export type Figures = z.infer<typeof Figures>

/** The figures of a group without jobs. */
export const noFigures: Figures = {
  ready: 0,
  failed: 0,
  skipped: 0,
  aborted: 0,
  new: 0,
  changed: 0,
  unchanged: 0,
  gone: 0,
}

/** How many changed postings have a change of each field. */
const FieldChanges = z.record(z.string(), z.int())

/** `before` is null for a group that the earlier run did not have, and `now` for one that only that run had. */
const ComparedGroup = z.object({
  group: GroupKey,
  title: z.string().exactOptional(),
  before: Figures.nullable(),
  now: Figures.nullable(),
})
export type ComparedGroup = z.infer<typeof ComparedGroup>

/** `GET /api/runs/:id/compare`. Without an earlier run `with` and `before` are null, and no group is listed. */
export const RunComparison = z.object({
  run_id: RunId,
  with: RunId.nullable(),
  before: Figures.nullable(),
  now: Figures,
  fields: z.object({ before: FieldChanges, now: FieldChanges }),
  /** The groups whose figures differ. `equal_groups` counts the others. */
  groups: z.array(ComparedGroup),
  equal_groups: z.int(),
})
export type RunComparison = z.infer<typeof RunComparison>
