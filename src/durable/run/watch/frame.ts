import { joinBytes } from '../../../join-bytes.ts'
import type { WireEvent } from '../../../protocol/sse.ts'
import { encodeEvent } from '../../../protocol/sse.ts'
import type { Place } from './position.ts'

const encoder = new TextEncoder()

type Outcome = {
  readonly to: Place
  /** It holds a full listing that counts for the pause between two. */
  readonly listed: boolean
  /** It leaves jobs for a later frame. */
  readonly unlisted: boolean
  /** The round's terminal status is in it, and nothing comes after it. */
  readonly final: boolean
}

/**
 * The events that bring a watcher from one place to `to`; none where nothing shows. Each transport's
 * encoding is made when it is first asked for, and once for all who share the frame (W-2).
 */
export class Frame {
  readonly to: Place
  readonly listed: boolean
  readonly unlisted: boolean
  readonly final: boolean
  readonly events: readonly WireEvent[]
  private bytes: Uint8Array | undefined
  private texts: readonly string[] | undefined
  private parts: readonly Frame[] | undefined

  constructor(events: readonly WireEvent[], { to, listed, unlisted, final }: Outcome) {
    this.events = events
    this.to = to
    this.listed = listed
    this.unlisted = unlisted
    this.final = final
  }

  get isEmpty(): boolean {
    return this.events.length === 0
  }

  /** The cursor at its end; undefined where it shows nothing, or leaves something for the next. */
  get id(): string | undefined {
    return this.events.findLast(({ id }) => id !== undefined)?.id
  }

  /** This one and then `aside`, which moves nobody; what is encoded of either is not made again. */
  with(aside: Frame): Frame {
    const { to, listed, unlisted, final } = this
    const both = new Frame([...this.events, ...aside.events], { to, listed, unlisted, final })
    both.parts = [this, aside]
    return both
  }

  /** As the bytes of an event stream. */
  sse(): Uint8Array {
    this.bytes ??= this.parts
      ? joinBytes(this.parts.map((part) => part.sse()))
      : encoder.encode(this.events.map(encodeEvent).join(''))
    return this.bytes
  }

  /** As one JSON text an event: `{id?, event, data}`. */
  messages(): readonly string[] {
    this.texts ??= this.events.map(toMessage)
    return this.texts
  }
}

/** `data` is JSON already, but for the bare word of a `status`. */
export function toMessage({ event, data, id }: WireEvent): string {
  const value = event === 'status' ? JSON.stringify(data) : data
  const head = id === undefined ? '' : `"id":${JSON.stringify(id)},`
  return `{${head}"event":"${event}","data":${value}}`
}
