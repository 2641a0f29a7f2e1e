import type { RunEvent } from '../../src/protocol/events.ts'
import { fold, unwatched, type WatchedRun } from '../../src/protocol/fold.ts'
import { type Picture, pictureOf } from './watched-picture.ts'

/** The events that a client got, and the state that it folded from them. */
export class Reading {
  state: WatchedRun = unwatched
  /** The last `id:` that it read. */
  cursor: string | undefined
  readonly events: RunEvent[] = []

  /** The names of the events, without `progress`. */
  names(): string[] {
    return this.events.map(({ event }) => event).filter((event) => event !== 'progress')
  }

  picture(): Picture {
    return pictureOf(this.state)
  }

  protected read(event: RunEvent): void {
    this.events.push(event)
    this.state = fold(this.state, event)
    this.cursor = event.id ?? this.cursor
  }
}
