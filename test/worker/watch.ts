import type { EventSourceMessage } from 'eventsource-parser'
import { EventSourceParserStream } from 'eventsource-parser/stream'

import type { Progress, RunEvent } from '../../src/protocol/events.ts'
import type { WatchedRun } from '../../src/protocol/fold.ts'
import { fold, unwatched } from '../../src/protocol/fold.ts'
import type { Owner } from '../../src/protocol/ids.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { eventOf } from '../support/event-parser.ts'
import type { Stub } from './object.ts'
import { alice } from './object.ts'

type Connection = {
  readonly cursor?: string | undefined
  readonly owner?: Owner
  readonly log?: boolean
  readonly until?: number
}

/** Connects to a run's stream at its object, as the Worker does. */
export function connect(
  run: Stub,
  { cursor, owner = alice, log = false, until }: Connection = {},
): Promise<Response> {
  const headers = new Headers({ 'x-runcast-owner': owner })
  if (cursor !== undefined) headers.set('last-event-id', cursor)
  if (until !== undefined) headers.set('x-runcast-until', String(until))
  return run.fetch(`https://run/stream?log=${log ? 1 : 0}`, { headers })
}

/** A watcher that reads a stream event by event, and folds the events. */
export class Watcher {
  readonly events: RunEvent[] = []
  state: WatchedRun = unwatched
  /** The last `id:` that it read. */
  cursor: string | undefined
  private readonly reader: ReadableStreamDefaultReader<RunEvent>

  constructor(response: Response) {
    if (response.body === null) throw new Error(`no stream came with the answer ${response.status}`)
    this.reader = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream({ onError: 'terminate' }))
      .pipeThrough(new TransformStream({ transform: toEvent }))
      .getReader()
  }

  /** Returns the next event except for `progress`. Returns undefined when the stream has closed. */
  async next(): Promise<RunEvent | undefined> {
    for (;;) {
      const event = await this.read()
      if (event?.event !== 'progress') return event
    }
  }

  /** Reads up to a progress that satisfies `wanted`. */
  async told(wanted: (progress: Progress) => boolean): Promise<Progress> {
    for (;;) {
      const event = await this.read()
      if (event === undefined) throw new Error('the stream ended before the awaited progress')
      if (event.event === 'progress' && wanted(event.data)) return event.data
    }
  }

  /** Reads up to the first event that satisfies `wanted`. Throws if the stream closes before. */
  async until(wanted: (event: RunEvent) => boolean): Promise<RunEvent> {
    for (;;) {
      const event = await this.next()
      if (event === undefined) throw new Error('the stream ended before the awaited event')
      if (wanted(event)) return event
    }
  }

  /** Reads up to the close. */
  async drain(): Promise<this> {
    while ((await this.next()) !== undefined);
    return this
  }

  async cancel(): Promise<void> {
    await this.reader.cancel()
  }

  private async read(): Promise<RunEvent | undefined> {
    const { value } = await this.reader.read()
    if (value === undefined) return undefined
    this.state = fold(this.state, value)
    if (value.event === 'progress') return value
    this.events.push(value)
    this.cursor = value.id ?? this.cursor
    return value
  }

  /** The names of the events in their order. */
  get names(): string[] {
    return this.events.map(({ event }) => event)
  }
}

export function isEnd(event: RunEvent): boolean {
  return event.event === 'status' && isTerminalRun(event.data)
}

/** The jobs of a folded state as plain values: statuses by external id by group. */
export function picture({ jobs: all }: WatchedRun): Record<string, Record<string, string>> {
  return Object.fromEntries(
    [...all].map(([group, jobs]) => [
      group,
      Object.fromEntries([...jobs].map(([id, job]) => [id, job.status])),
    ]),
  )
}

function toEvent(
  message: EventSourceMessage,
  controller: TransformStreamDefaultController<RunEvent>,
): void {
  controller.enqueue(eventOf(message))
}
