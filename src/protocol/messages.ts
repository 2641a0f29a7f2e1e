import { z } from 'zod'

import { RunId } from './ids.ts'

/**
 * What sits on a queue: ids only. Whoever takes one asks the run's object for the rest, so
 * an old or forged message can say nothing about an owner or an input.
 */
export const PlanMessage = z.object({ kind: z.literal('plan'), run_id: RunId, group: z.int() })
export type PlanMessage = z.infer<typeof PlanMessage>

export const FlightMessage = z.object({ kind: z.literal('flight'), run_id: RunId, flight: z.int() })
export type FlightMessage = z.infer<typeof FlightMessage>

export const CheckpointMessage = z.object({ kind: z.literal('checkpoint'), run_id: RunId })
export type CheckpointMessage = z.infer<typeof CheckpointMessage>

/** An ended run's whole state goes to Postgres, for good. */
export const ArchiveMessage = z.object({ kind: z.literal('archive'), run_id: RunId })
export type ArchiveMessage = z.infer<typeof ArchiveMessage>

/** What brings a run's state to Postgres: both kinds sit on one queue. */
export const StateMessage = z.discriminatedUnion('kind', [CheckpointMessage, ArchiveMessage])
export type StateMessage = z.infer<typeof StateMessage>

export const Message = z.discriminatedUnion('kind', [
  PlanMessage,
  FlightMessage,
  CheckpointMessage,
  ArchiveMessage,
])
export type Message = z.infer<typeof Message>
