import type { RunEvent } from '../../src/protocol/events.ts'
import { encodeEvent } from '../../src/protocol/sse.ts'

const EPOCH = 'scripted'

/**
 * A run of one group. At each seq from 2 on, one job changes its status and the log gets a line. At the
 * last seq the run is finished.
 */
export class ScriptedRun {
  readonly #last: number
  readonly #jobs: number

  constructor(last: number, jobs = 3) {
    this.#last = last
    this.#jobs = jobs
  }

  get end(): string {
    return `${EPOCH}.${this.#last}`
  }

  /** The events that a watcher gets from a cursor up to a seq. */
  since(cursor: string | undefined, to = this.#last): RunEvent[] {
    const [epoch, seq] = cursor?.split('.') ?? []
    const from = epoch === EPOCH ? Number(seq) : 0
    const frames = Array.from({ length: to - from }, (_, i) => this.#frame(from + i + 1))
    const status: RunEvent = { event: 'status', data: 'ingesting' }
    return from < this.#last ? [status, ...frames.flat()] : []
  }

  /** The numbers of all lines of the log, in order. */
  lines(): number[] {
    return Array.from({ length: this.#last - 1 }, (_, i) => i + 1)
  }

  /** Each job's last status. */
  picture(): Record<string, string> {
    const jobs = Array.from({ length: this.#jobs }, (_, n) => [`j${n}`, this.#statusAt(n)])
    return Object.fromEntries(jobs)
  }

  #frame(seq: number): RunEvent[] {
    const id = `${EPOCH}.${seq}`
    if (seq === 1) return [{ event: 'all_jobs', data: { g: this.#entries() }, id }]
    const update = { [`j${seq % this.#jobs}`]: statusOf(seq) }
    const line = {
      seq: seq - 1,
      ts: '2026-01-01T00:00:00Z',
      level: 'info',
      message: 'é ☃',
    } as const
    const log = { event: 'log', data: line } as const
    if (seq < this.#last) return [log, { event: 'update', data: { g: update }, id }]
    return [
      { event: 'update', data: { g: update } },
      log,
      { event: 'status', data: 'finished', id },
    ]
  }

  #entries() {
    return Array.from({ length: this.#jobs }, (_, n) => ({
      external_id: `j${n}`,
      title: `Job ${n}`,
      status: 'pending' as const,
    }))
  }

  #statusAt(n: number): string {
    for (let seq = this.#last; seq > 1; seq -= 1) if (seq % this.#jobs === n) return statusOf(seq)
    return 'pending'
  }
}

function statusOf(seq: number) {
  return (['crawling', 'ready', 'failed'] as const)[seq % 3] ?? 'ready'
}

/** The events as the text of an event stream. */
export function streamText(events: readonly RunEvent[]): string {
  return events.map(encode).join('')
}

function encode({ event, data, id }: RunEvent): string {
  const text = event === 'status' ? data : JSON.stringify(data)
  return encodeEvent({ event, data: text, ...(id === undefined ? {} : { id }) })
}
