import type { PollAnswer } from '../../src/protocol/poll.ts'
import { Reading } from './reading.ts'

/** A client that folds one poll's answer after the other. */
export class Poller extends Reading {
  take({ cursor, events }: PollAnswer): void {
    for (const event of events) this.read(event)
    this.cursor = cursor
  }

  /** The headers of its next request, with its cursor. */
  headers(): Record<string, string> {
    return this.cursor === undefined ? {} : { 'last-event-id': this.cursor }
  }
}
