import type { GroupState, JobDetail, JobEntry } from '../../../protocol/events.ts'
import type { WireEvent } from '../../../protocol/sse.ts'
import { JobStep } from '../../../protocol/status.ts'
import type { Group } from '../group-state.ts'
import type { JobChange } from '../store/run-store.ts'
import { GroupedJson, inArrays, inObjects } from './grouped-json.ts'

/** Answers a group's key, as JSON text, for its place. */
export type KeyOf = (ord: number) => string

/** What a diff has to say of a job. */
export type Telling = {
  readonly key: KeyOf
  readonly page_bytes: number
  /** Whether its entry is new or has another title. */
  readonly enters: (job: JobChange) => boolean
  readonly moved: (job: JobChange) => boolean
  /** Whether its detail changed; absent where nobody asked. */
  readonly detailed?: (job: JobChange) => boolean
}

/** Each job's latest, of changes in their order: `added`, `update` and `detail` (EV-3 to EV-5). */
export function tellChanges(changes: readonly JobChange[], telling: Telling): WireEvent[] {
  const { key, page_bytes, enters, moved, detailed } = telling
  const added = new GroupedJson(inArrays, page_bytes)
  const update = new GroupedJson(inObjects, page_bytes)
  const detail = new GroupedJson(inObjects, page_bytes)
  for (const [group, jobs] of latestOf(changes)) {
    const name = key(group)
    for (const job of jobs.values()) {
      if (enters(job)) added.add(name, entryText(job))
      if (moved(job)) update.add(name, `${JSON.stringify(job.external_id)}:"${job.status}"`)
      if (detailed?.(job) === true) detail.add(name, detailText(job))
    }
  }
  return [...events('added', added), ...events('update', update), ...events('detail', detail)]
}

export function entryText({ external_id, title, status }: JobChange): string {
  return JSON.stringify({ external_id, title, status } satisfies JobEntry)
}

/** A member of `detail`: what is absent is not so. */
export function detailText(job: JobChange): string {
  const { attempt, progress, message, outcome, error } = job
  const step = JobStep.safeParse(job.status).data
  const detail: JobDetail = {
    attempt,
    ...(step === undefined ? {} : { step }),
    ...(progress === null ? {} : { progress }),
    ...(message === null ? {} : { message }),
    ...(outcome === null ? {} : { outcome }),
    ...(error === null ? {} : { error }),
  }
  return `${JSON.stringify(job.external_id)}:${JSON.stringify(detail)}`
}

/** Each group's plan, its latest (EV-5). */
export function tellGroups(groups: readonly Group[], page_bytes: number): WireEvent[] {
  const latest = new Map(groups.map((group) => [group.ord, group]))
  const parts: string[] = []
  let text = ''
  for (const { key, title, status, found, reason } of latest.values()) {
    const state: GroupState = {
      ...(title === null ? {} : { title }),
      status,
      found,
      ...(reason === null ? {} : { reason }),
    }
    const member = `${JSON.stringify(key)}:${JSON.stringify(state)}`
    if (text !== '' && (text.length + member.length) * 3 > page_bytes) {
      parts.push(text)
      text = ''
    }
    text += text === '' ? member : `,${member}`
  }
  if (text !== '') parts.push(text)
  return parts.map((part) => ({ event: 'groups', data: `{${part}}` }))
}

export function events(event: string, json: GroupedJson): WireEvent[] {
  return json.texts().map((data) => ({ event, data }))
}

function latestOf(changes: readonly JobChange[]): Map<number, Map<number, JobChange>> {
  const latest = new Map<number, Map<number, JobChange>>()
  for (const job of changes) {
    const jobs = latest.get(job.group) ?? new Map<number, JobChange>()
    if (jobs.size === 0) latest.set(job.group, jobs)
    jobs.set(job.n, job)
  }
  return latest
}
