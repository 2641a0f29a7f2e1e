import { z } from 'zod'

import { RunId } from './ids.ts'

/**
 * A message on a queue holds ids only. Its consumer asks the run's object for the rest, so an old or
 * forged message says nothing about an owner or an input.
 */
export const PlanMessage = z.object({ kind: z.literal('plan'), run_id: RunId, group: z.int() })
export type PlanMessage = z.infer<typeof PlanMessage>

export const FlightMessage = z.object({ kind: z.literal('flight'), run_id: RunId, flight: z.int() })
export type FlightMessage = z.infer<typeof FlightMessage>

export const CheckpointMessage = z.object({ kind: z.literal('checkpoint'), run_id: RunId })
export type CheckpointMessage = z.infer<typeof CheckpointMessage>

/** Asks a consumer to write an ended run's whole state to Postgres. */
export const ArchiveMessage = z.object({ kind: z.literal('archive'), run_id: RunId })
export type ArchiveMessage = z.infer<typeof ArchiveMessage>

/** A message about a run's state in Postgres. Both kinds use one queue. */
export const StateMessage = z.discriminatedUnion('kind', [CheckpointMessage, ArchiveMessage])
export type StateMessage = z.infer<typeof StateMessage>

export const Message = z.discriminatedUnion('kind', [
  PlanMessage,
  FlightMessage,
  CheckpointMessage,
  ArchiveMessage,
])
export type Message = z.infer<typeof Message>
