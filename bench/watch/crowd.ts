import { mean, percentile } from '../statistics.ts'
import type { Seen } from './crowd-messages.ts'
import type { FloorFrames } from './routes.ts'
import { bodyOf, lastId, readAll, type Shown } from './shown.ts'
import { type Target, Watcher } from './watcher.ts'
import type { Driven } from './workload.ts'
import { changesOf, steps } from './workload.ts'

const TOGETHER = 50

// The staleness of so many watchers is measured. The others read only from time to time. If all of them
// read at once whatever comes, a peer that sends each change by itself would wait for the bench.
const SAMPLE = 50
const TURN_MS = 100

type Size = { readonly watchers: number; readonly jobs: number }

/** Many watchers of one run. */
export class Crowd {
  private readonly watchers: Watcher[] = []
  private readonly jobs: number
  private cpu = process.cpuUsage()

  private constructor(jobs: number) {
    this.jobs = jobs
  }

  static async open({ watchers, jobs }: Size, target: Target): Promise<Crowd> {
    const crowd = new Crowd(jobs)
    for (let count = 0; count < watchers; count += TOGETHER) {
      const size = Math.min(TOGETHER, watchers - count)
      const fresh = Array.from({ length: size }, (_, index) => {
        const reading = isSampled(count + index, watchers) ? 'at_once' : 'by_turns'
        return new Watcher(target, lastId(jobs), reading)
      })
      crowd.watchers.push(...fresh)
      await Promise.all(fresh.map((watcher) => watcher.listed))
    }
    crowd.cpu = process.cpuUsage()
    return crowd
  }

  get listed(): number {
    return this.watchers.filter(({ listed_bytes }) => listed_bytes > 0).length
  }

  /** Waits for all watchers or for `wait_ms`. Returns the processor time since all were connected. */
  async wait(wait_ms: number): Promise<number> {
    const all = Promise.all(this.watchers.map(({ ended }) => ended))
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(() => resolve(), wait_ms)
    const turns = setInterval(() => {
      for (const watcher of this.watchers) watcher.turn()
    }, TURN_MS)
    await Promise.race([all, late])
    clearInterval(turns)
    clearTimeout(timer)
    const { user, system } = process.cpuUsage(this.cpu)
    return (user + system) / 1e6
  }

  read(driven: Driven): Seen {
    const cut = this.watchers.filter(({ standing }) => standing !== 'final').length
    for (const watcher of this.watchers) watcher.close()
    const frames = this.frames(driven.began)
    const samples: Shown[] = []
    let right = 0
    for (const [index, { recording }] of this.watchers.entries()) {
      const shown = readAll(recording, this.jobs)
      if (shown.isFinal) right += 1
      if (isSampled(index, this.watchers.length)) samples.push(shown)
    }
    return {
      watchers: this.watchers.length,
      right,
      cut,
      bytes: mean(this.watchers.map(({ recording }) => recording.length)),
      bytes_after_listing: mean(
        this.watchers.map(({ recording, listed_bytes }) => recording.length - listed_bytes),
      ),
      data_bytes: samples[0]?.data_bytes ?? {},
      staleness: staleness(samples, this.order(driven.made)),
      staleness_told: staleness(samples, this.order(driven.told)),
      final_ms: this.lastRead() - Math.max(...driven.made),
      pieces: frames.frames.length,
      frames,
    }
  }

  /** Puts the times of the changes into the order of jobs and steps. */
  private order(times: readonly number[]): Float64Array {
    const ordered = new Float64Array(times.length)
    const changes = changesOf({ jobs: this.jobs, rate: 1 })
    for (const [index, { job, step }] of changes.entries())
      ordered[job * steps.length + step] = times[index] ?? NaN
    return ordered
  }

  private lastRead(): number {
    return Math.max(...this.watchers.map(({ recording }) => recording.last_at))
  }

  /** The first watcher's text before the first change, and each piece that it read after it. */
  private frames(began: number): FloorFrames {
    const [first] = this.watchers
    const pieces = first === undefined ? [] : [...bodyOf(first.recording)]
    const text = pieces.filter(({ at }) => at < began).map((piece) => piece.text)
    const frames = pieces
      .filter((piece) => piece.at >= began && piece.text !== '')
      .map((piece) => ({ at_ms: piece.at - began, text: piece.text }))
    return { greeting: text.join(''), frames }
  }
}

/** Returns whether a watcher is one of the evenly spread samples. */
function isSampled(index: number, watchers: number): boolean {
  const every = Math.max(1, Math.floor(watchers / SAMPLE))
  return index % every === 0 && index / every < SAMPLE
}

function staleness(samples: readonly Shown[], changed: Float64Array): Seen['staleness'] {
  const values = samples.flatMap(({ times }) =>
    Array.from(times, (at, index) => at - (changed[index] ?? NaN)).filter(Number.isFinite),
  )
  if (values.length === 0) return null
  return {
    p50: percentile(values, 0.5),
    p99: percentile(values, 0.99),
    max: percentile(values, 1),
  }
}
