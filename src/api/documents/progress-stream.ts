import { createParser, type EventSourceMessage } from 'eventsource-parser'

import { type DocumentJob, progressOf } from '../../protocol/document-progress.ts'
import type { DocumentView } from '../../protocol/document.ts'
import { RunEvent } from '../../protocol/events.ts'
import { fold, unwatched } from '../../protocol/fold.ts'
import { encodeEvent } from '../../protocol/sse.ts'
import { isTerminalJob, standingOf } from '../../protocol/terminal.ts'
import { tokenExpired } from '../../protocol/token-expired.ts'

/** The id of a last message: who comes back with it has seen how the document ended. */
export const SEEN_END = 'end'

/** One message, for a document that is not being worked on. */
export function endedProgress(document: DocumentView, now: () => number): string {
  return new ProgressText(document, now).first()
}

/**
 * A run's stream as that of one document, in the words of the earlier system: how it is now, at once,
 * then what changes, to the end of its job.
 */
export function progressStream(
  run: ReadableStream<Uint8Array>,
  document: DocumentView,
  now: () => number,
): ReadableStream<Uint8Array> {
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  const progress = new ProgressText(document, now)
  return run.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      start: (controller) => controller.enqueue(encoder.encode(progress.first())),
      transform(chunk, controller) {
        const text = progress.read(decoder.decode(chunk, { stream: true }))
        if (text !== '') controller.enqueue(encoder.encode(text))
        if (progress.ended) controller.terminate()
      },
    }),
  )
}

/** The messages on one document that a run's events amount to, as text of an event stream. */
class ProgressText {
  ended = false
  private readonly document: DocumentView
  private readonly now: () => number
  private readonly parser = createParser({
    onEvent: (message) => this.take(message),
    onComment: () => this.lines.push(':\n\n'),
    onRetry: (ms) => this.lines.push(`retry: ${ms}\n\n`),
  })
  private readonly lines: string[] = []
  private run = unwatched
  private told = ''

  constructor(document: DocumentView, now: () => number) {
    this.document = document
    this.now = now
  }

  first(): string {
    this.tell({ status: this.document.status, detail: this.document })
    return this.lines.splice(0).join('')
  }

  read(text: string): string {
    this.parser.feed(text)
    return this.lines.splice(0).join('')
  }

  /** A frame's last event alone has an id: until then its job may be half told. */
  private take({ event, data, id }: EventSourceMessage): void {
    if (event === tokenExpired.event) this.lines.push(encodeEvent(tokenExpired))
    const parsed = RunEvent.safeParse({ event, data: event === 'status' ? data : JSON.parse(data) })
    if (parsed.success) this.run = fold(this.run, parsed.data)
    const { matter, document_id } = this.document
    const job = this.run.jobs.get(matter)?.get(document_id)
    if (id !== undefined && id !== '' && job !== undefined) this.tell(job)
  }

  private tell(job: DocumentJob): void {
    const said = progressOf(standingOf(job, this.document))
    const text = JSON.stringify(said)
    if (this.ended || text === this.told) return
    this.told = text
    this.ended = isTerminalJob(job.status)
    const { document_id } = this.document
    const message = { document_id, ...said, timestamp: new Date(this.now()).toISOString() }
    const id = this.ended ? `id: ${SEEN_END}\n` : ''
    this.lines.push(`${id}data: ${JSON.stringify(message)}\n\n`)
  }
}
