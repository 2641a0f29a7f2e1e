import type { RunEvent } from '../../src/protocol/events.ts'
import { fold, unwatched, type WatchedRun } from '../../src/protocol/fold.ts'
import { type Picture, pictureOf } from './watched-picture.ts'

/** What a client was told of a run, and what it makes of it. */
export class Reading {
  state: WatchedRun = unwatched
  /** The last `id:` that was read. */
  cursor: string | undefined
  readonly events: RunEvent[] = []

  /** The names of what it was told, but of how it goes at the moment. */
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
