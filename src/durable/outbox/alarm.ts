/** The platform's one alarm of an object. Times in ms since 1970. */
export type AlarmClock = {
  read(): Promise<number | null>
  set(due: number): Promise<void>
  clear(): Promise<void>
}

/** An object's alarm over the platform's, which is consumed when it fires, and dropped after six failures. */
export class Alarm {
  private readonly clock: AlarmClock
  private armed: number | null = null

  constructor(clock: AlarmClock) {
    this.clock = clock
  }

  /** An alarm that stands is read before one is set, or an earlier one would be lost. */
  async restore(): Promise<void> {
    this.armed = await this.clock.read()
  }

  /** It is moved only to an earlier time. */
  async arm(due: number | undefined): Promise<void> {
    if (due === undefined || (this.armed !== null && this.armed <= due)) return
    const before = this.armed
    this.armed = due
    try {
      await this.clock.set(due)
    } catch (error) {
      // The same time can then be set again.
      if (this.armed === due) this.armed = before
      throw error
    }
  }

  /** Nothing is owed any more. */
  async off(): Promise<void> {
    this.armed = null
    await this.clock.clear()
  }

  /**
   * It has fired. The next one is armed before anything else, at `again` should `work` throw; it gives way
   * to the one that `work` says is needed, if any. Rejects with what `work` threw.
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
