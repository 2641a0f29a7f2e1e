import { failpoint } from '../../failpoint.ts'
import type { Owner } from '../../protocol/ids.ts'
import type { Settings } from '../../settings.ts'
import type { OwnerRpc, RunStanding, ToldAnswer } from '../owner/owner-rpc.ts'
import { takeAnswer } from './admission.ts'
import { RunProgress } from './progress.ts'
import type { RunEngine } from './run-engine.ts'
import { standingOf } from './standing.ts'
import type { RunStore } from './store/run-store.ts'
import { postponeTelling } from './telling.ts'

/** A standing, and what the owner's object answered. */
type Told = { readonly standing: RunStanding; readonly answer: ToldAnswer }

type LineParts = {
  /** The owner's object. Undefined while there is no run. */
  readonly owner: () => Pick<OwnerRpc, 'tell'> | undefined
  /** The run as its owner's list shows it now. Undefined while there is no run. */
  readonly standing: () => RunStanding | undefined
  /** Called when the owner's object has answered a standing. */
  readonly told: (told: Told) => void
  /** Called when what the run owes could not be told. The alarm makes it good. */
  readonly untold: (error: unknown) => void
  /** Called when a run's progress could not be told. The next standing has it. */
  readonly failed: (error: unknown) => void
  readonly tell_ms: number
}

/** Tells the owner's list how a run stands: what the run owes always, and its progress while somebody follows. */
export class ListLine {
  private readonly parts: LineParts
  /** In memory: after a restart the owner's object asks again (OWN-3). */
  private followed_until = -Infinity
  private last = -Infinity
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(parts: LineParts) {
    this.parts = parts
  }

  /** Tells what the run owes. Never rejects: a failure goes to `untold`. */
  async tell(): Promise<void> {
    try {
      RUNCAST_FAILPOINTS && (await failpoint('owner.telling'))
      const told = await this.call()
      RUNCAST_FAILPOINTS && (await failpoint('owner.told'))
      if (told !== undefined) this.parts.told(told)
    } catch (error) {
      this.parts.untold(error)
    }
  }

  /** The run as its owner's list shows it now. */
  standing(): RunStanding | undefined {
    return this.parts.standing()
  }

  /** Called when somebody follows the owner's list, for so long from now on. */
  follow(for_ms: number): void {
    this.followed_until = for_ms === 0 ? -Infinity : Date.now() + for_ms
  }

  /** Called when the run has changed. Its progress is told soon, and at most once in `tell_ms` (OWN-2). */
  changed(): void {
    const now = Date.now()
    if (now >= this.followed_until || this.timer !== undefined) return
    const wait = Math.max(0, this.last + this.parts.tell_ms - now)
    this.timer = setTimeout(() => void this.tellProgress(), wait)
  }

  /** A call that fails ends the following: the owner's object asks again when it can be reached. */
  private async tellProgress(): Promise<void> {
    this.timer = undefined
    try {
      await this.call()
    } catch (error) {
      this.followed_until = -Infinity
      this.parts.failed(error)
    }
  }

  private async call(): Promise<Told | undefined> {
    const [owner, standing] = [this.parts.owner(), this.parts.standing()]
    if (owner === undefined || standing === undefined) return undefined
    this.last = Date.now()
    const answer = await owner.tell(standing)
    this.follow(answer.followed_ms)
    return { standing, answer }
  }
}

type LinePeers = {
  readonly engine: RunEngine
  readonly store: RunStore
  readonly settings: Settings
  readonly owner: (owner: Owner) => Pick<OwnerRpc, 'tell'>
  readonly failed: (error: unknown) => void
}

/** The line of a run's object. */
export function openListLine({ engine, store, settings, owner, failed }: LinePeers): ListLine {
  const progress = new RunProgress(settings)
  const standing = (): RunStanding | undefined => {
    const { run } = engine
    if (run === undefined) return undefined
    const standstill = { run, entries: store.readEntries(), now: Date.now() }
    const now = () => progress.now(standstill)
    return standingOf(run, { groups: store.readGroups(), progress: now, now: standstill.now })
  }
  return new ListLine({
    owner: () => engine.run && owner(engine.run.owner),
    standing,
    told: (told) => engine.transact((tx) => takeAnswer(tx, told)),
    untold(error) {
      failed(error)
      engine.transact(postponeTelling)
    },
    failed,
    tell_ms: settings.tell_ms,
  })
}
