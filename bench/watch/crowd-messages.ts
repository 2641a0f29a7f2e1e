import { z } from 'zod'

import { FloorFrames } from './routes.ts'
import { Driven } from './workload.ts'

/** The messages to the process with the watchers. It answers each with one message. */
export const Question = z.discriminatedUnion('ask', [
  /** The process answers when each watcher has read the listing. */
  z.object({
    ask: z.literal('open'),
    watchers: z.int(),
    jobs: z.int(),
    target: z.object({ port: z.int(), request: z.string() }),
  }),
  /** The process answers when each watcher has the final state or was cut off, or when the time is over. */
  z.object({ ask: z.literal('wait'), wait_ms: z.int() }),
  /** The process closes the watchers, reads their recordings, and answers with their figures. */
  z.object({ ask: z.literal('read'), driven: Driven }),
])
export type Question = z.infer<typeof Question>

export const Opened = z.object({ listed: z.int() })
export const Waited = z.object({ cpu_s: z.number() })

/** Times in milliseconds. Null if no watcher was shown anything. */
const Staleness = z.object({ p50: z.number(), p99: z.number(), max: z.number() }).nullable()

export const Seen = z.object({
  watchers: z.int(),
  /** The number of watchers whose state at the end is the true one. */
  right: z.int(),
  /** The number of watchers whose connection ended too early. */
  cut: z.int(),
  /** The mean bytes that a watcher read from its socket: all of them, and those after the listing. */
  bytes: z.number(),
  bytes_after_listing: z.number(),
  /** The number of pieces that the first watcher read after the beginning, and its bytes by event. */
  pieces: z.int(),
  data_bytes: z.record(z.string(), z.int()),
  /**
   * The time from a change until a watcher was shown that change or a later one. `staleness_told` begins
   * when the watcher's server was told of the change.
   */
  staleness: Staleness,
  staleness_told: Staleness,
  /** The time from the last change until the last watcher had read everything. */
  final_ms: z.number(),
  frames: FloorFrames,
})
export type Seen = z.infer<typeof Seen>
