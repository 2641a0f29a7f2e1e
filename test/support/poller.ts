import type { PollAnswer } from '../../src/protocol/poll.ts'
import { Reading } from './reading.ts'

/** A client that folds one answer after another. */
export class Poller extends Reading {
  take({ cursor, events }: PollAnswer): void {
    for (const event of events) this.read(event)
    this.cursor = cursor
  }

  /** What its next request says of where it stands. */
  headers(): Record<string, string> {
    return this.cursor === undefined ? {} : { 'last-event-id': this.cursor }
  }
}
