import { z } from 'zod'

/** The path at which the Worker of these scenarios takes its orders. */
export const ORDERS_PATH = '/api/chaos'

/** Chooses postings by the ends of their ids. */
const Endings = z.array(z.string()).default([])

/** The faults around the Worker from the next message on. By default there are none. */
export const Orders = z.strictObject({
  /** The number of deliveries of each message. More than one also reverses the order. */
  deliveries: z.int().positive().default(1),
  /** The difference of the consumers' clocks, in milliseconds. */
  clock_ms: z.int().default(0),
  /** If true, the object sends no message. */
  hold_messages: z.boolean().default(false),
  /** If not `no`, a start gets no answer: it stops before its object, or after it. */
  hold_starts: z.enum(['no', 'before', 'after']).default('no'),
  /** If true, renewals of leases never reach the object. */
  mute_renewals: z.boolean().default(false),
  /** Postings whose work throws, or waits for ever. */
  throws: Endings,
  hangs: Endings,
  /** The number of flight messages that every consumer fails on. */
  dead_letters: z.int().default(0),
  job_deadline_ms: z.int().positive().default(45_000),
})
export type Orders = z.infer<typeof Orders>

/** The answer of the Worker of these scenarios to an order. */
export const Counts = z.object({
  /** The number of batches that are being worked on. */
  at_work: z.int(),
  /** The number of starts that will never be answered. */
  held_starts: z.int(),
  /** The difference of the clock at the last job, in milliseconds. */
  clock_ms: z.int(),
})
export type Counts = z.infer<typeof Counts>
