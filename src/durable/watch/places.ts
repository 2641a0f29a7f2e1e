import type { Settings } from '../../settings.ts'

/** Clients without a place ask a run's object so many times a second at most, all together. */
const ASKS_A_SECOND = 200
/** However many clients have no place, each of them may ask this often. A client takes 45 s of silence for a failure. */
const LONGEST_MS = 30_000

/**
 * The places for a run's watchers. A write to a watcher costs the object's thread some 50 µs, so a run has so many
 * places and no more. A client that finds no place is brought up to date once, and asks again later (W-13).
 */
export class Places {
  private readonly settings: Pick<Settings, 'watchers_max' | 'poll_again_ms'>
  private readonly isClosed: () => boolean
  private taken = 0
  private pause_ms: number
  /** How many clients without a place have asked since `began`, in ms since 1970. */
  private asked = 0
  private began = -Infinity

  /** `isClosed`: nobody has a place now, but for sockets that let the object sleep. */
  constructor(
    settings: Pick<Settings, 'watchers_max' | 'poll_again_ms'>,
    isClosed: () => boolean = () => false,
  ) {
    this.settings = settings
    this.isClosed = isClosed
    this.pause_ms = settings.poll_again_ms
  }

  /** Takes a place. Returns null or, if there is no place, in how many ms the client shall ask again. */
  take(now: number, sleeps = false): number | null {
    const isFree = this.taken < this.settings.watchers_max && (sleeps || !this.isClosed())
    if (!isFree) return this.askAgainIn(now)
    this.taken += 1
    return null
  }

  /** The same for a client that needs no place, because it leaves with its answer. */
  look(now: number): number | null {
    const isFree = this.taken < this.settings.watchers_max && !this.isClosed()
    return isFree ? null : this.askAgainIn(now)
  }

  /** In how many ms a client that has a place shall ask again, if it has to leave it. */
  leave(now: number): number | null {
    return this.isClosed() ? this.askAgainIn(now) : null
  }

  free(): void {
    this.taken -= 1
  }

  /**
   * Each client without a place asks once in a pause. So the number of clients that asked in the last pause is the
   * number of those that will ask in the next one.
   */
  private askAgainIn(now: number): number {
    if (now - this.began >= this.pause_ms) {
      const isRecent = now - this.began < 2 * this.pause_ms
      this.pause_ms = this.pauseFor(isRecent ? this.asked : 0)
      this.began = now
      this.asked = 0
    }
    this.asked += 1
    this.pause_ms = Math.max(this.pause_ms, this.pauseFor(this.asked))
    return this.pause_ms * (0.75 + Math.random() / 2)
  }

  private pauseFor(clients: number): number {
    const paced = (clients * 1_000) / ASKS_A_SECOND
    return Math.min(LONGEST_MS, Math.max(this.settings.poll_again_ms, paced))
  }
}
