import type { WireEvent } from '../../protocol/sse.ts'
import type { KeyOf } from './frame.ts'
import { detailText, entryText } from './frame.ts'
import { GroupedJson, inArrays, inObjects } from './frame.ts'
import type { ItemPosition, ShownRows } from './shown.ts'

type Range = {
  readonly after: ItemPosition | null
  readonly since: number
  readonly detail: boolean
}

type Page = {
  readonly events: readonly WireEvent[]
  /** The last job of the page; null: this is the last page. */
  readonly next: ItemPosition | null
}

/** Lists a run's jobs, in their order, as events. */
export class Listing {
  private readonly store: Pick<ShownRows, 'listing'>
  private readonly key: KeyOf
  private readonly page_bytes: number

  constructor(parts: { store: Pick<ShownRows, 'listing'>; key: KeyOf; page_bytes: number }) {
    this.store = parts.store
    this.key = parts.key
    this.page_bytes = parts.page_bytes
  }

  /** All jobs in one `all_jobs` (EV-2), and their details if the watcher asked for details. */
  whole(detail: boolean): WireEvent[] {
    const entries = new GroupedJson(inArrays, Infinity)
    const details = new GroupedJson(inObjects, this.page_bytes)
    for (const job of this.store.listing({ after: null, since: 0 })) {
      const name = this.key(job.group)
      entries.add(name, entryText(job))
      if (detail) details.add(name, detailText(job))
    }
    return [...allJobs(entries), ...details.events('detail')]
  }

  /** As many jobs after a position as one page holds (EV-4). */
  page({ after, since, detail }: Range, event: 'all_jobs' | 'added'): Page {
    const entries = new GroupedJson(inArrays, this.page_bytes)
    const details = new GroupedJson(inObjects, this.page_bytes)
    let last: ItemPosition | null = null
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
      const listed = event === 'all_jobs' ? allJobs(entries) : entries.events(event)
      return [...listed, ...details.events('detail')]
    }
  }
}

/**
 * Makes the event `all_jobs`. A run without jobs sends an empty one, so that the watcher knows that there are
 * none.
 */
function allJobs(entries: GroupedJson): WireEvent[] {
  return entries.isEmpty ? [{ event: 'all_jobs', data: '{}' }] : entries.events('all_jobs')
}
