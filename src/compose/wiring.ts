import type { Pipeline } from '../pipelines/pipeline.ts'
import type { OutageRetry } from '../queue/outage-retry.ts'
import type { Worker } from '../queue/work.ts'

/**
 * The ports that only one pipeline needs, and the statement that records its results. The ports send their
 * statements through `outage`, which repeats them after an outage of Postgres.
 */
export type Wiring<PlanOwn = unknown, WorkOwn = unknown> = {
  planPorts(outage: Pick<OutageRetry, 'ask'>): PlanOwn
  workPorts(outage: Pick<OutageRetry, 'ask'>): WorkOwn
  readonly record: Worker['record']
  /** The largest result that `record` stores, in bytes of JSON. Undefined: no limit. */
  readonly result_bytes?: number
}

type WiringOf<P> =
  P extends Pipeline<infer _Input, infer PlanOwn, infer WorkOwn> ? Wiring<PlanOwn, WorkOwn> : never

/** One wiring for each pipeline of the registry that needs ports of its own. */
export type Wirings<Registry> = {
  [
    Key in keyof Registry as WiringOf<Registry[Key]> extends Wiring<infer PlanOwn, infer WorkOwn>
      ? unknown extends PlanOwn & WorkOwn
        ? never
        : Key
      : never
  ]: WiringOf<Registry[Key]>
}
