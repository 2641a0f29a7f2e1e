import type { AlarmClock } from '../../../src/durable/outbox/alarm.ts'
import type { RunStore } from '../../../src/durable/run/store/run-store.ts'
import { Journal } from '../journal.ts'
import { openMemoryStore } from '../memory-store.ts'

/** The store threw in the middle of a transaction. */
export class StoreFailed extends Error {}

/**
 * An answer or message that leaves the object when the state behind it is durable. `lost` is called if a
 * crash comes first.
 */
type Effect = { readonly go: () => void; readonly lost: () => void }

/**
 * The parts that outlive an object's memory: its storage and its alarm. Answers and messages wait behind
 * the platform's output gate until everything written before them is synced. A crash takes back the rest.
 */
export class Disk {
  readonly store: RunStore
  readonly clock: AlarmClock
  /** True while nothing becomes durable. */
  slow = false
  /** True if the next transaction of any caller throws at its end. */
  failing = false
  /** Rises with each change. */
  version = 0
  private readonly journal = new Journal()
  private readonly alarmJournal = new Journal()
  private readonly alarms = new Map<1, number>()
  private readonly durable: () => void
  private gate: Effect[] = []

  constructor(durable: () => void) {
    this.durable = durable
    const store = openMemoryStore(this.journal)
    this.store = { ...store, transaction: (work) => store.transaction(() => this.attempt(work)) }
    this.clock = {
      read: () => Promise.resolve(this.alarm),
      set: (due) => Promise.resolve(this.setAlarm(due)),
      clear: () => Promise.resolve(this.takeAlarm()),
    }
  }

  /** The time at which the platform next fires the object's alarm. */
  get alarm(): number | null {
    return this.alarms.get(1) ?? null
  }

  setAlarm(due: number): void {
    this.version += 1
    const { alarmJournal: journal, alarms } = this
    journal.transaction(() => journal.set(alarms, 1, due))
  }

  takeAlarm(): void {
    this.version += 1
    const { alarmJournal: journal, alarms } = this
    journal.transaction(() => journal.delete(alarms, 1))
  }

  hold(go: () => void, lost: () => void = () => {}): void {
    this.gate.push({ go, lost })
  }

  synced(): Promise<void> {
    if (this.isSynced && this.gate.length === 0) return Promise.resolve()
    return new Promise((resolve) => this.hold(resolve))
  }

  /** Makes everything written durable, and lets what waited for that go out in its order. */
  sync(): void {
    for (;;) {
      if (!this.isSynced) {
        this.journal.sync()
        this.alarmJournal.sync()
        this.durable()
      }
      const effect = this.gate.shift()
      if (effect === undefined) return
      effect.go()
    }
  }

  crash(): void {
    this.journal.crash()
    this.alarmJournal.crash()
    this.version += 1
    for (const { lost } of this.gate.splice(0)) lost()
  }

  private get isSynced(): boolean {
    return this.journal.isSynced && this.alarmJournal.isSynced
  }

  private attempt<T>(work: () => T): T {
    const answer = work()
    this.version += 1
    if (!this.failing) return answer
    this.failing = false
    throw new StoreFailed('the store failed')
  }
}
