import type { RunEvent } from '../../src/protocol/events.ts'
import { fold, unwatched, type WatchedRun } from '../../src/protocol/fold.ts'
import type { PollAnswer } from '../../src/protocol/poll.ts'
import { type Picture, pictureOf } from './watched-picture.ts'

/** A client that folds one answer after another. */
export class Poller {
  state: WatchedRun = unwatched
  cursor: string | undefined
  readonly events: RunEvent[] = []

  take({ cursor, events }: PollAnswer): void {
    for (const event of events) {
      this.events.push(event)
      this.state = fold(this.state, event)
    }
    this.cursor = cursor
  }

  /** What its next request says of where it stands. */
  headers(): Record<string, string> {
    return this.cursor === undefined ? {} : { 'last-event-id': this.cursor }
  }

  names(): string[] {
    return this.events.map(({ event }) => event).filter((event) => event !== 'progress')
  }

  picture(): Picture {
    return pictureOf(this.state)
  }
}
