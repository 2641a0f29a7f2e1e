import type { WireEvent } from '../../../protocol/sse.ts'
import type { JobPosition } from '../run-rpc.ts'
import type { ShownRows } from '../store/run-store.ts'
import type { KeyOf } from './diff.ts'
import { detailText, entryText, events } from './diff.ts'
import { GroupedJson, inArrays, inObjects } from './grouped-json.ts'

type Range = {
  readonly after: JobPosition | null
  readonly since: number
  readonly detail: boolean
}

type Page = {
  readonly events: readonly WireEvent[]
  /** The last job of the page; null: there are no more. */
  readonly next: JobPosition | null
}

/** Reads entries of a run's jobs, in their order, as events. */
export class Listing {
  private readonly store: ShownRows
  private readonly key: KeyOf
  private readonly page_bytes: number

  constructor(parts: { store: ShownRows; key: KeyOf; page_bytes: number }) {
    this.store = parts.store
    this.key = parts.key
    this.page_bytes = parts.page_bytes
  }

  /** All jobs in one `all_jobs` (EV-2), and their details where they are wanted. */
  whole(detail: boolean): WireEvent[] {
    const entries = new GroupedJson(inArrays, Infinity)
    const details = new GroupedJson(inObjects, this.page_bytes)
    for (const job of this.store.listing({ after: null, since: 0 })) {
      const name = this.key(job.group)
      entries.add(name, entryText(job))
      if (detail) details.add(name, detailText(job))
    }
    return [...named('all_jobs', entries), ...events('detail', details)]
  }

  /** As many jobs from a place on as one page holds (EV-4). */
  page({ after, since, detail }: Range, event: 'all_jobs' | 'added'): Page {
    const entries = new GroupedJson(inArrays, this.page_bytes)
    const details = new GroupedJson(inObjects, this.page_bytes)
    let last: JobPosition | null = null
    for (const job of this.store.listing({ after, since })) {
      const name = this.key(job.group)
      const text = entryText(job)
      if (!entries.fits(name, text)) return { events: page(), next: last }
      entries.add(name, text)
      if (detail) details.add(name, detailText(job))
      last = { group: job.group, n: job.n }
    }
    return { events: page(), next: null }

    function page(): WireEvent[] {
      const listed = event === 'all_jobs' ? named(event, entries) : events(event, entries)
      return [...listed, ...events('detail', details)]
    }
  }
}

/** An `all_jobs` says also that there are none. */
function named(event: string, json: GroupedJson): WireEvent[] {
  return json.isEmpty ? [{ event, data: '{}' }] : events(event, json)
}
