import { z } from 'zod'

import { FloorFrames } from './routes.ts'
import { Driven } from './workload.ts'

/** What the bench asks of the process that holds the watchers; each is answered with one message. */
export const Question = z.discriminatedUnion('ask', [
  /** Answered when each watcher has read the listing. */
  z.object({
    ask: z.literal('open'),
    watchers: z.int(),
    jobs: z.int(),
    target: z.object({ port: z.int(), request: z.string() }),
  }),
  /** Answered when each watcher has the final state or was cut off, or the time is over. */
  z.object({ ask: z.literal('wait'), wait_ms: z.int() }),
  /** Answered with what the watchers saw, which is read only now; they are dismissed. */
  z.object({ ask: z.literal('read'), driven: Driven }),
])
export type Question = z.infer<typeof Question>

export const Opened = z.object({ listed: z.int() })
export const Waited = z.object({ cpu_s: z.number() })

/** In milliseconds; null where no watcher was shown anything. */
const Staleness = z.object({ p50: z.number(), p99: z.number(), max: z.number() }).nullable()

export const Seen = z.object({
  watchers: z.int(),
  /** Whose state at the end is the true one. */
  right: z.int(),
  /** Whose connection ended before that. */
  cut: z.int(),
  /** Of a watcher on average, as read from its socket: in all, and after the listing. */
  bytes: z.number(),
  bytes_after_listing: z.number(),
  /** Of the first watcher: how often something came after the beginning, and bytes by event. */
  pieces: z.int(),
  data_bytes: z.record(z.string(), z.int()),
  /** From a change to when a watcher was shown it or a later one; from when its server was told. */
  staleness: Staleness,
  staleness_told: Staleness,
  /** From the last change to when the last watcher had read everything. */
  final_ms: z.number(),
  frames: FloorFrames,
})
export type Seen = z.infer<typeof Seen>
