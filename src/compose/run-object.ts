import { RunObject as Base } from '../durable/run/run-object.ts'
import type { Env } from '../env.ts'
import { flightQueues } from './pipeline-queues.ts'

/** A run's object, with the pipelines of this deployment. */
export class RunObject extends Base {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, flightQueues(env))
  }
}
