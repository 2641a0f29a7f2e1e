import { joinBytes } from '../../join-bytes.ts'
import type { GroupState, JobDetail, JobEntry } from '../../protocol/events.ts'
import { encodeEvent, type WireEvent } from '../../protocol/sse.ts'
import { stepOf } from '../../protocol/terminal.ts'
import type { Position } from './position.ts'
import type { ShownGroup, ShownItem } from './shown.ts'

const encoder = new TextEncoder()

type FrameEnd = {
  /** The position of a watcher that was sent the frame. */
  readonly to: Position
  /** The frame holds a full listing, which counts for the pause between two listings. */
  readonly listed: boolean
  /** The frame leaves some jobs to a later frame. */
  readonly unlisted: boolean
  /** The frame holds the round's terminal status, and nothing comes after it. */
  readonly final: boolean
}

/**
 * The events that bring a watcher from one position to another; an empty list if nothing has to be shown. Each
 * transport's encoding is made at its first use, and once for all watchers that share the frame (W-2).
 */
export class Frame {
  readonly to: Position
  readonly listed: boolean
  readonly unlisted: boolean
  readonly final: boolean
  readonly events: readonly WireEvent[]
  private bytes: Uint8Array | undefined
  private texts: readonly string[] | undefined
  private parts: readonly Frame[] | undefined

  constructor(events: readonly WireEvent[], { to, listed, unlisted, final }: FrameEnd) {
    this.events = events
    this.to = to
    this.listed = listed
    this.unlisted = unlisted
    this.final = final
  }

  get isEmpty(): boolean {
    return this.events.length === 0
  }

  /** The cursor at the frame's end; undefined if the frame is empty, or leaves something to the next one. */
  get id(): string | undefined {
    return this.events.findLast(({ id }) => id !== undefined)?.id
  }

  /**
   * Returns this frame followed by `aside`, which changes no position. The new frame uses the encodings of both
   * again.
   */
  with(aside: Frame): Frame {
    const { to, listed, unlisted, final } = this
    const both = new Frame([...this.events, ...aside.events], { to, listed, unlisted, final })
    both.parts = [this, aside]
    return both
  }

  /** The bytes for an event stream. */
  sse(): Uint8Array {
    this.bytes ??= this.parts
      ? joinBytes(this.parts.map((part) => part.sse()))
      : encoder.encode(this.events.map(encodeEvent).join(''))
    return this.bytes
  }

  /** One JSON text an event: `{id?, event, data}`. */
  messages(): readonly string[] {
    this.texts ??= this.events.map(toMessage)
    return this.texts
  }
}

/** `data` is JSON already, except for a `status`, whose data is the bare word. */
export function toMessage({ event, data, id }: WireEvent): string {
  const value = event === 'status' ? JSON.stringify(data) : data
  const head = id === undefined ? '' : `"id":${JSON.stringify(id)},`
  return `{${head}"event":"${event}","data":${value}}`
}

/** Answers the key of the group with this number, as JSON text. */
export type KeyOf = (ord: number) => string

/** Says which of a job's changes a diff shows. */
export type ChangeRules = {
  /** Whether the job's entry is new to the watcher, or has another title. */
  readonly enters: (job: ShownItem) => boolean
  /** Whether the job's status changed. */
  readonly moved: (job: ShownItem) => boolean
  /** Whether the job's detail changed; absent where the watcher did not ask for details. */
  readonly detailed?: (job: ShownItem) => boolean
}

type Diff = ChangeRules & { readonly key: KeyOf; readonly page_bytes: number }

/**
 * Makes the `added`, `update` and `detail` events that show the latest change of each job (EV-3 to EV-5).
 * `changes` are in the order in which they happened.
 */
export function changeEvents(changes: readonly ShownItem[], diff: Diff): WireEvent[] {
  const { key, page_bytes, enters, moved, detailed } = diff
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
  return [...added.events('added'), ...update.events('update'), ...detail.events('detail')]
}

function latestOf(changes: readonly ShownItem[]): Map<number, Map<number, ShownItem>> {
  const latest = new Map<number, Map<number, ShownItem>>()
  for (const job of changes) {
    const jobs = latest.get(job.group) ?? new Map<number, ShownItem>()
    if (jobs.size === 0) latest.set(job.group, jobs)
    jobs.set(job.n, job)
  }
  return latest
}

/** A member of `all_jobs` and `added`. */
export function entryText({ external_id, title, status }: ShownItem): string {
  return JSON.stringify({ external_id, title, status } satisfies JobEntry)
}

/** A member of `detail`. A field that is absent has no value now. */
export function detailText(job: ShownItem): string {
  const { attempt, progress, message, outcome, error, run } = job
  const step = run === undefined ? stepOf(job.status) : undefined
  const detail: JobDetail = {
    attempt,
    ...(step === undefined ? {} : { step }),
    ...(progress === null ? {} : { progress }),
    ...(message === null ? {} : { message }),
    ...(outcome === null ? {} : { outcome }),
    ...(error === null ? {} : { error }),
    ...(run === undefined ? {} : { run }),
  }
  return `${JSON.stringify(job.external_id)}:${JSON.stringify(detail)}`
}

/** The latest state of each group's plan (EV-5). `groups` are in the order of their changes. */
export function groupEvents(groups: readonly ShownGroup[], page_bytes: number): WireEvent[] {
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
    if (text !== '' && (text.length + member.length) * UTF8_MAX > page_bytes) {
      parts.push(text)
      text = ''
    }
    text += text === '' ? member : `,${member}`
  }
  if (text !== '') parts.push(text)
  return parts.map((part) => ({ event: 'groups', data: `{${part}}` }))
}

/** One UTF-16 unit takes at most this many bytes in UTF-8. */
const UTF8_MAX = 3

type Brackets = { readonly open: '{' | '['; readonly close: '}' | ']' }

export const inObjects: Brackets = { open: '{', close: '}' }
export const inArrays: Brackets = { open: '[', close: ']' }

/**
 * Puts JSON objects `{group: {…}}` or `{group: […]}` together from texts. Begins a new object where the
 * last one would pass `max` bytes, so that no event grows without bound (EV-4).
 */
export class GroupedJson {
  private readonly brackets: Brackets
  private readonly max: number
  private readonly done: string[] = []
  private text = ''
  /** An upper bound of the text's bytes; it is exact right after a count. */
  private bytes = 0
  private group = ''

  constructor(brackets: Brackets, max: number) {
    this.brackets = brackets
    this.max = max
  }

  /** Adds a member to a group. Both the group's key and the member are JSON texts. */
  add(group: string, member: string): void {
    if (!this.fits(group, member)) this.close()
    const head = group === this.group ? ',' : `${this.between()}${group}:${this.brackets.open}`
    this.bytes += UTF8_MAX * (head.length + member.length)
    this.group = group
    this.text += head + member
  }

  /** Whether the member fits into the object that is open. An empty object takes any member. */
  fits(group: string, member: string): boolean {
    if (this.text === '') return true
    const head = group === this.group ? 1 : group.length + 4
    if (this.bytes + UTF8_MAX * (head + member.length) <= this.max) return true
    // Counting costs more than all else here, and hardly any object comes near its limit.
    this.bytes = bytesOf(this.text)
    return this.bytes + bytesOf(group === this.group ? '' : group) + 4 + bytesOf(member) <= this.max
  }

  get isEmpty(): boolean {
    return this.text === '' && this.done.length === 0
  }

  /** Closes the object that is open, and answers all objects as events of this name. */
  events(event: string): WireEvent[] {
    if (this.text !== '') this.close()
    return this.done.map((data) => ({ event, data }))
  }

  private between(): string {
    return this.text === '' ? '{' : `${this.brackets.close},`
  }

  private close(): void {
    this.done.push(`${this.text}${this.brackets.close}}`)
    this.text = ''
    this.bytes = 0
    this.group = ''
  }
}

function bytesOf(text: string): number {
  return encoder.encode(text).length
}
