import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { z } from 'zod'

import type { Recording } from './recording.ts'
import { ResponseBody } from './response-body.ts'
import { externalId, jobOf, steps } from './workload.ts'

const Listing = z.record(
  z.string(),
  z.array(z.object({ external_id: z.string(), status: z.string() })),
)
const Update = z.record(z.string(), z.record(z.string(), z.string()))

/** A piece of a response's body, and the time at which it came. */
export type BodyPiece = { readonly at: number; readonly text: string }

/**
 * The state that a watcher was shown, and the time at which it first saw each step of each job, or a later
 * step.
 */
export class Shown {
  /** The times by job and step. NaN means never. */
  readonly times: Float64Array
  /** The bytes of data by the event's name. */
  readonly data_bytes: Record<string, number> = {}
  status = 'unknown'
  private readonly parser = createParser({ onEvent: (event) => this.see(event) })
  private at = NaN

  constructor(jobs: number) {
    this.times = new Float64Array(jobs * steps.length).fill(NaN)
  }

  take({ at, text }: BodyPiece): void {
    this.at = at
    this.parser.feed(text)
  }

  /** True if the watcher has the final state of every job and of the run. */
  get isFinal(): boolean {
    return this.status === 'finished' && !this.times.some(Number.isNaN)
  }

  private see({ event = 'message', data }: EventSourceMessage): void {
    this.data_bytes[event] = (this.data_bytes[event] ?? 0) + Buffer.byteLength(data)
    switch (event) {
      case 'status':
        this.status = data
        break
      case 'update':
        this.update(Update.parse(JSON.parse(data)))
        break
      case 'all_jobs':
      case 'added':
        this.list(Listing.parse(JSON.parse(data)))
    }
  }

  private update(groups: z.infer<typeof Update>): void {
    for (const jobs of Object.values(groups)) {
      for (const [external_id, status] of Object.entries(jobs)) this.show(external_id, status)
    }
  }

  private list(groups: z.infer<typeof Listing>): void {
    for (const { external_id, status } of Object.values(groups).flat())
      this.show(external_id, status)
  }

  private show(external_id: string, status: string): void {
    const first = jobOf(external_id) * steps.length
    const step = steps.findIndex((name) => name === status)
    for (let index = first + step; index >= first && Number.isNaN(this.times[index]); index--)
      this.times[index] = this.at
  }
}

export function* bodyOf(recording: Recording): Generator<BodyPiece> {
  const body = new ResponseBody()
  const decoder = new TextDecoder()
  for (const { bytes, at } of recording.pieces())
    yield { at, text: decoder.decode(body.take(bytes), { stream: true }) }
}

export function readAll(recording: Recording, jobs: number): Shown {
  const shown = new Shown(jobs)
  for (const piece of bodyOf(recording)) shown.take(piece)
  return shown
}

/** The last id of a listing in the order of the jobs' ids. */
export function lastId(jobs: number): string {
  return externalId(jobs - 1)
}
