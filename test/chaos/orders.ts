import { z } from 'zod'

/** Where the Worker of these scenarios takes its orders. */
export const ORDERS_PATH = '/api/chaos'

/** Postings, by what their ids end in. */
const Endings = z.array(z.string()).default([])

/** What goes wrong around the Worker from the next message on; nothing by default. */
export const Orders = z.strictObject({
  /** How often each message is delivered; more than once also means in reverse order. */
  deliveries: z.int().positive().default(1),
  /** How far the clocks of the consumers are off. */
  clock_ms: z.int().default(0),
  /** No message leaves the object. */
  hold_messages: z.boolean().default(false),
  /** A start is never answered: it does not get to its object, or has been there. */
  hold_starts: z.enum(['no', 'before', 'after']).default('no'),
  /** Renewals of leases never reach the object. */
  mute_renewals: z.boolean().default(false),
  /** Postings whose work throws, or waits for what never comes. */
  throws: Endings,
  hangs: Endings,
  /** As many messages of flights as no consumer survives. */
  dead_letters: z.int().default(0),
  job_deadline_ms: z.int().positive().default(45_000),
})
export type Orders = z.infer<typeof Orders>

/** What the Worker of these scenarios answers to an order, or to whoever asks. */
export const Counts = z.object({
  /** Batches that are being worked on. */
  at_work: z.int(),
  /** Starts that are never answered. */
  held_starts: z.int(),
  /** How far the clock was off where a job was last worked on. */
  clock_ms: z.int(),
})
export type Counts = z.infer<typeof Counts>
