/** The platform's one alarm of an object. Times are in ms since 1970. */
export type AlarmClock = {
  read(): Promise<number | null>
  set(due: number): Promise<void>
  clear(): Promise<void>
}

/**
 * An object's alarm. The platform clears the alarm when it fires, and gives up after the handler has failed six
 * times. So this class sets the next alarm before any work is done.
 */
export class Alarm {
  private readonly clock: AlarmClock
  private armed: number | null = null

  constructor(clock: AlarmClock) {
    this.clock = clock
  }

  /** Reads the alarm that is set. Call this before `arm`, or an earlier alarm would be overwritten. */
  async restore(): Promise<void> {
    this.armed = await this.clock.read()
  }

  /** Sets the alarm, unless an alarm is set for an earlier time. */
  async arm(due: number | undefined): Promise<void> {
    if (due === undefined || (this.armed !== null && this.armed <= due)) return
    const before = this.armed
    this.armed = due
    try {
      await this.clock.set(due)
    } catch (error) {
      // The platform did not set the alarm, so a later call may set it for the same time.
      if (this.armed === due) this.armed = before
      throw error
    }
  }

  /** Clears the alarm. The object has nothing left to do. */
  async off(): Promise<void> {
    this.armed = null
    await this.clock.clear()
  }

  /**
   * Call this when the alarm has fired. First sets the next alarm for `again`, in case `work` throws. Then sets it
   * for the time that `work` returns, or clears it if `work` returns none. Rejects with the error that `work`
   * threw.
   */
  async fired(again: number, work: () => number | undefined): Promise<void> {
    this.armed = null
    await this.arm(again)
    const due = work()
    this.armed = due ?? null
    if (due === undefined) await this.clock.clear()
    else await this.clock.set(due)
  }
}

/** The platform's storage, as far as it has the alarm. */
type AlarmStorage = {
  getAlarm(): Promise<number | null>
  setAlarm(due: number): Promise<void>
  deleteAlarm(): Promise<void>
}

/** The alarm of an object with this storage. */
export function alarmOf(storage: AlarmStorage): Alarm {
  return new Alarm({
    read: () => storage.getAlarm(),
    set: (due) => storage.setAlarm(due),
    clear: () => storage.deleteAlarm(),
  })
}
