import { z } from 'zod'

import { Owner, RunId } from '../../src/protocol/ids.ts'

/** The paths of the bench's Worker that no other Worker has. All take POST. */
export const CREATE_PATH = '/api/bench/create'
export const DRIVE_PATH = '/api/bench/drive'
export const STEP_PATH = '/api/bench/step'
export const FLOOR_PATH = '/api/bench/floor'

/** A run with all its jobs listed, of which none has begun. */
export const CreateRequest = z.object({ run_id: RunId, owner: Owner, jobs: z.int() })
export type CreateRequest = z.infer<typeof CreateRequest>

/** With `report_ms` 0 each change has a report of its own. */
export const DriveRequest = z.object({
  run_id: RunId,
  jobs: z.int(),
  rate: z.number(),
  report_ms: z.int(),
})
export type DriveRequest = z.infer<typeof DriveRequest>

/** Reports the first step of all jobs of one flight. */
export const StepRequest = z.object({ run_id: RunId })

/** The bytes that the floor writes: a greeting for each reader, and then frames for all, each at its time. */
export const FloorFrames = z.object({
  greeting: z.string(),
  frames: z.array(z.object({ at_ms: z.number(), text: z.string() })),
})
export type FloorFrames = z.infer<typeof FloorFrames>

export const FloorBegan = z.object({ began: z.number() })
