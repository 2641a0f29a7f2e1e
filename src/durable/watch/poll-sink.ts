import type { Frame } from './frame.ts'
import type { Refusal, Sink } from './sink.ts'
import type { Arrival, WatcherRegistry } from './watchers.ts'

/** `body` is the JSON text of a `PollAnswer`. */
type PollAnswered = { readonly kind: 'answer'; readonly cursor: string; readonly body: string }

type PollOutcome = PollAnswered | { readonly kind: 'cut'; readonly why: Refusal | undefined }

/** `ask_again_ms`: in how many ms to poll again, if there is no place for a watcher (W-13). */
type PollReply = PollOutcome & { readonly ask_again_ms: number | null }

/** `cursor`: the cursor of the request, if it is of this run. `wait_ms`: how long the poll waits for news. */
type Poll = Omit<Arrival, 'at_once' | 'passes'> & {
  readonly cursor: string | null
  readonly wait_ms: number
  readonly signal: AbortSignal
}

/** One poll as a watcher: it takes the frames up to the next cursor, and leaves. */
export async function answerPoll(
  watchers: WatcherRegistry,
  { cursor, wait_ms, signal, ...arrival }: Poll,
): Promise<PollReply> {
  const sink = new PollSink(cursor)
  const watcher = watchers.add(sink, { ...arrival, at_once: true, passes: wait_ms === 0 })
  const { ask_again_ms } = watcher
  const timer = setTimeout(() => sink.timeUp(), wait_ms)
  const gone = (): void => sink.cut()
  if (signal.aborted) gone()
  signal.addEventListener('abort', gone)
  try {
    return { ...(await sink.outcome), ask_again_ms }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', gone)
    watchers.remove(watcher)
  }
}

/** `events` are JSON texts; `done`: the round has ended, and the cursor is its end. */
export function pollAnswer(cursor: string, events: readonly string[], done: boolean): PollAnswered {
  const body = `{"cursor":${JSON.stringify(cursor)},"events":[${events.join(',')}],"done":${done}}`
  return { kind: 'answer', cursor, body }
}

class PollSink implements Sink {
  readonly needsPulse = false
  readonly outcome: Promise<PollOutcome>
  private readonly settle: (outcome: PollOutcome) => void
  private readonly cursor: string | null
  private readonly texts: string[] = []
  private settled = false
  private timeIsUp = false
  /** The last tick found nothing after the poll's cursor. */
  private hasAll = false

  constructor(cursor: string | null) {
    const { promise, resolve } = Promise.withResolvers<PollOutcome>()
    this.outcome = promise
    this.settle = resolve
    this.cursor = cursor
  }

  hasRoom(): boolean {
    return !this.settled
  }

  /** A frame without a cursor at its end is one of several: the poll takes the next ones as well. */
  write(frame: Frame): boolean {
    if (this.settled) return false
    this.hasAll = false
    this.texts.push(...frame.messages())
    if (frame.id !== undefined) this.finish(pollAnswer(frame.id, this.texts, frame.final))
    return true
  }

  nothing(): void {
    this.hasAll = true
    this.giveUp()
  }

  timeUp(): void {
    this.timeIsUp = true
    this.giveUp()
  }

  pulse(): boolean {
    return !this.settled
  }

  /** The frame that ended the run has a cursor, so the poll was answered with it. */
  end(): void {
    this.cut()
  }

  cut(why?: Refusal): void {
    this.finish({ kind: 'cut', why })
  }

  /** A poll without a place does not wait. Where it was sent anything, it has its answer already. */
  turnAway(): void {
    this.timeIsUp = true
    this.hasAll = true
    this.giveUp()
  }

  private giveUp(): void {
    if (!this.timeIsUp || !this.hasAll || this.cursor === null) return
    this.finish(pollAnswer(this.cursor, [], false))
  }

  private finish(outcome: PollOutcome): void {
    this.settled = true
    this.settle(outcome)
  }
}
