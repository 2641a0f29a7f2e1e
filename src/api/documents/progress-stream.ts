import { createParser, type EventSourceMessage } from 'eventsource-parser'

import { type DocumentJob, progressOf } from '../../protocol/document-progress.ts'
import type { DocumentView } from '../../protocol/document.ts'
import { RunEvent } from '../../protocol/events.ts'
import { fold, unwatched } from '../../protocol/fold.ts'
import { encodeEvent } from '../../protocol/sse.ts'
import { isTerminalJob, documentState } from '../../protocol/terminal.ts'
import { tokenExpired } from '../../protocol/token-expired.ts'

/** The id of the last message. A client that connects again with this id has seen how the document ended. */
export const SEEN_END = 'end'

/** The only message of a document whose job has ended. */
export function endedProgress(document: DocumentView, now: () => number): string {
  return new ProgressText(document, now).first()
}

/**
 * Turns the event stream of a run into the stream of one document, in the words of the earlier system: first
 * the current state, then each change, until the document's job ends.
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

/** Folds the events of a run, and writes what they mean for one document as the text of an event stream. */
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

  /**
   * Takes one event. Only the last event of a frame has an id: before it the document's job may be incomplete,
   * so no message is written.
   */
  private take({ event, data, id }: EventSourceMessage): void {
    if (event === tokenExpired.event) this.lines.push(encodeEvent(tokenExpired))
    const parsed = RunEvent.safeParse({ event, data: event === 'status' ? data : JSON.parse(data) })
    if (parsed.success) this.run = fold(this.run, parsed.data)
    const { matter, group = matter, document_id } = this.document
    const job = this.run.jobs.get(group)?.get(document_id)
    if (id !== undefined && id !== '' && job !== undefined) this.tell(job)
  }

  private tell(job: DocumentJob): void {
    const progress = progressOf(documentState(job, this.document))
    const text = JSON.stringify(progress)
    if (this.ended || text === this.told) return
    this.told = text
    this.ended = isTerminalJob(job.status)
    const { document_id } = this.document
    const message = { document_id, ...progress, timestamp: new Date(this.now()).toISOString() }
    const id = this.ended ? `id: ${SEEN_END}\n` : ''
    this.lines.push(`${id}data: ${JSON.stringify(message)}\n\n`)
  }
}
