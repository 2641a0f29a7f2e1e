import type { Failpoint, InstantFailpoint } from '../../src/failpoint.ts'
import { clearFaults, setFault, setInstantFault } from '../../src/failpoint.ts'
import type { ConsumerLifetime } from './consumer-lifetime.ts'
import { never } from './consumer-lifetime.ts'
import type { Kind } from './manual-run.ts'
import type { Stub } from './object.ts'
import { within } from './object.ts'

/** The work that is under way when a failpoint is reached. An alarm is named by its cause. */
export type Moment = 'start' | Kind | `alarm for its ${Kind}`

export type Fault =
  | 'throws'
  | 'never answers'
  | 'dies'
  | 'dies, and its messages come again'
  | 'its object ends'

/** One fault: the failpoint, the work that is under way, and what goes wrong. */
export type Injection = {
  readonly point: Failpoint | InstantFailpoint
  readonly moment: Moment
  readonly fault: Fault
}

/** The run and the consumer that the fault hits. */
type FaultTarget = { readonly run: () => Stub; readonly lifetime: ConsumerLifetime }

/** Makes a fault happen once. */
export class FaultInjector {
  fired = false
  readonly injection: Injection
  /** Resolves when an object that is about to end has ended. */
  private settled: () => Promise<void> = () => Promise.resolve()

  constructor(injection: Injection) {
    this.injection = injection
  }

  /** Does the work. The fault happens if the moment is right and the failpoint is reached. */
  async during<T>(moment: Moment, target: FaultTarget, work: () => Promise<T>): Promise<T> {
    if (this.fired || moment !== this.injection.moment) return work()
    const state = await within(target.run(), (_, own) => own)
    const { point } = this.injection
    if (isInstant(point)) setInstantFault(point, () => this.instantly(point, target, state))
    else setFault(point, () => this.slowly(point, target, state))
    try {
      return await work()
    } finally {
      clearFaults()
      await this.settled()
    }
  }

  private instantly(
    point: InstantFailpoint,
    { run }: FaultTarget,
    state: DurableObjectState,
  ): void {
    this.fire()
    if (this.injection.fault === 'its object ends') state.abort('a fault')
    // In the middle of a commit only the end of the object stops the object.
    if (point !== 'alarm.armed' && point !== 'alarm.worked') void this.endOnceDurable(run, state)
    throw new Error('a fault')
  }

  private async slowly(
    point: Failpoint,
    { run, lifetime }: FaultTarget,
    state: DurableObjectState,
  ): Promise<void> {
    this.fire()
    switch (this.injection.fault) {
      case 'throws':
        throw new Error('a fault')
      case 'never answers':
        return never()
      case 'dies':
      case 'dies, and its messages come again':
        lifetime.end()
        return never()
      case 'its object ends':
        if (point.startsWith('outbox.') || point.startsWith('owner.'))
          await this.endOnceDurable(run, state)
        else await endObject(run())
    }
  }

  /** Ends the object from inside, when its storage is synced. */
  private async endOnceDurable(run: FaultTarget['run'], state: DurableObjectState): Promise<void> {
    this.settled = () => isReplaced(run, state)
    await state.storage.sync()
    state.abort('a fault')
  }

  private fire(): void {
    this.fired = true
    clearFaults()
  }
}

function isInstant(point: Failpoint | InstantFailpoint): point is InstantFailpoint {
  return point.startsWith('run.') || point.startsWith('alarm.')
}

/** Resolves when another object has replaced this one. */
async function isReplaced(run: FaultTarget['run'], state: DurableObjectState): Promise<void> {
  for (;;) {
    try {
      if ((await within(run(), (_, own) => own)) !== state) return
    } catch (error) {
      expectFault(error)
    }
  }
}

/** Ends the object from outside. The call rejects, because the object ends before it answers. */
async function endObject(run: Stub): Promise<void> {
  try {
    await within(run, (_, state) => state.abort('a fault'))
  } catch (error) {
    expectFault(error)
  }
}

function expectFault(error: unknown): void {
  if (!String(error).includes('a fault')) throw error
}
