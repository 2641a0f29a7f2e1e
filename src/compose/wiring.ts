import type { Pipeline } from '../pipelines/pipeline.ts'
import type { Patience } from '../queue/patience.ts'
import type { Worker } from '../queue/work.ts'

/**
 * What one pipeline gets beyond what each pipeline gets: ports of its own, and a way to record its
 * results in tables of its own. Its ports ask Postgres through `patience`, which waits out an outage.
 */
export type Wiring<PlanOwn = unknown, WorkOwn = unknown> = {
  planPorts(patience: Pick<Patience, 'ask'>): PlanOwn
  workPorts(patience: Pick<Patience, 'ask'>): WorkOwn
  readonly record: Worker['record']
  /** As of a Worker. */
  readonly result_bytes?: number
}

type WiringOf<P> =
  P extends Pipeline<infer _Input, infer PlanOwn, infer WorkOwn> ? Wiring<PlanOwn, WorkOwn> : never

/** The wirings of those pipelines of a registry that need ports of their own. */
export type Wirings<Registry> = {
  [
    Key in keyof Registry as WiringOf<Registry[Key]> extends Wiring<infer PlanOwn, infer WorkOwn>
      ? unknown extends PlanOwn & WorkOwn
        ? never
        : Key
      : never
  ]: WiringOf<Registry[Key]>
}
