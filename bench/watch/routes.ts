import { z } from 'zod'

import { Owner, RunId } from '../../src/protocol/ids.ts'

/** Where the bench's Worker is asked for what no other Worker does. All take POST. */
export const CREATE_PATH = '/api/bench/create'
export const DRIVE_PATH = '/api/bench/drive'
export const STEP_PATH = '/api/bench/step'
export const FLOOR_PATH = '/api/bench/floor'

/** A run whose jobs are all listed, and none of them begun. */
export const CreateRequest = z.object({ run_id: RunId, owner: Owner, jobs: z.int() })
export type CreateRequest = z.infer<typeof CreateRequest>

/** `report_ms` 0: one report a change. */
export const DriveRequest = z.object({
  run_id: RunId,
  jobs: z.int(),
  rate: z.number(),
  report_ms: z.int(),
})
export type DriveRequest = z.infer<typeof DriveRequest>

/** One flight's jobs come to their first step. */
export const StepRequest = z.object({ run_id: RunId })

/** What the floor writes: to each who comes, and then to all, so long after the beginning. */
export const FloorFrames = z.object({
  greeting: z.string(),
  frames: z.array(z.object({ at_ms: z.number(), text: z.string() })),
})
export type FloorFrames = z.infer<typeof FloorFrames>

export const FloorBegan = z.object({ began: z.number() })
