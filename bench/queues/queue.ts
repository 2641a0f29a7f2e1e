import type { Workplace } from '../workplace.ts'
import type { OwnPostgres } from './postgres.ts'

/** The rows that jobs have written, and how many of them a later execution of their job wrote again. */
export type Stored = { readonly rows: number; readonly repeated: number }

/** A queue with its workers. Each job writes one row of about 1 KB to the same Postgres. */
export type MeasuredQueue = {
  readonly name: string
  /** The table's words for the way in which the queue's workers write. */
  readonly writes: string
  /** Removes the rows of the round before. */
  readonly clear: () => Promise<void>
  /** Gives all jobs to the queue, which has them durably when this resolves. Workers begin at once. */
  readonly give: () => Promise<void>
  readonly stored: () => Promise<Stored>
  /** Kills its workers by `kill -9`, and whatever shares their process. Starts others in their place. */
  readonly kill: () => Promise<void>
  /** Processor seconds of its processes so far, without Postgres. */
  readonly cpuSeconds: () => number
}

/** A queue that this bench can start. */
export type QueueKind = {
  readonly name: string
  isInstalled(): boolean
  start(surroundings: QueueStart): Promise<MeasuredQueue>
}

export type QueueStart = {
  readonly workplace: Workplace
  readonly postgres: OwnPostgres
  /** The number of jobs of a round. */
  readonly jobs: number
}
