import type { Frame } from './frame.ts'
import type { Refusal, Sink } from './sink.ts'
import type { Arrival, Watchers } from './watchers.ts'

/** `body` is the JSON text of a `PollAnswer`. */
type PollAnswered = { readonly kind: 'answer'; readonly cursor: string; readonly body: string }

type PollOutcome = PollAnswered | { readonly kind: 'cut'; readonly why: Refusal | undefined }

/** `cursor`: the one that it came with, if it was of use. `wait_ms`: how long it waits for news. */
type Poll = Omit<Arrival, 'at_once'> & {
  readonly cursor: string | null
  readonly wait_ms: number
  readonly signal: AbortSignal
}

/** One poll as a watcher: it takes what brings it to the next cursor, and goes. */
export async function answerPoll(
  watchers: Watchers,
  { cursor, wait_ms, signal, ...arrival }: Poll,
): Promise<PollOutcome> {
  const sink = new PollSink(cursor)
  const watcher = watchers.add(sink, { ...arrival, at_once: true })
  const timer = setTimeout(() => sink.timeUp(), wait_ms)
  const gone = (): void => sink.cut()
  if (signal.aborted) gone()
  signal.addEventListener('abort', gone)
  try {
    return await sink.outcome
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
  /** It was shown that there is nothing after its cursor, and nothing since. */
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

  /** A frame without a cursor at its end is one of several: it takes those that follow. */
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

  /** It was answered with the frame that ended the run: that one has a cursor. */
  end(): void {
    this.cut()
  }

  cut(why?: Refusal): void {
    this.finish({ kind: 'cut', why })
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
