import { z } from 'zod'

export const LogLevel = z.enum(['info', 'warn', 'error'])
export type LogLevel = z.infer<typeof LogLevel>

/**
 * One line of a run's log (EV-7): `seq` counts the run's lines from 1, `ts` is ISO 8601. `since`: when the reading of the
 * group's list began that ended with this line.
 */
export const LogLine = z.object({
  seq: z.int(),
  ts: z.string(),
  level: LogLevel,
  message: z.string(),
  group: z.string().optional(),
  external_id: z.string().optional(),
  since: z.string().optional(),
})
export type LogLine = z.infer<typeof LogLine>

/** Ends a long catch-up: `dropped` lines were not sent. The logs route has them, after the line `after`. */
export const LogDropped = z.object({ dropped: z.int(), after: z.int() })
export type LogDropped = z.infer<typeof LogDropped>

export const LogPage = z.object({ lines: z.array(LogLine), next_after: z.int().nullable() })
export type LogPage = z.infer<typeof LogPage>
