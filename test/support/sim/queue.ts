import type { RunEntry } from '../../../src/durable/run/run-outbox.ts'
import type { LostMessage } from '../../../src/durable/run/work-rpc.ts'

/** A queue that may lose, repeat and reorder its messages. */
export class Queue {
  /** True while the queue refuses messages. The sender gets an error. */
  away = false
  mail: LostMessage[] = []

  take(entries: readonly RunEntry[]): boolean {
    if (this.away) return false
    this.mail.push(...entries.map(messageOf))
    return true
  }

  /** Takes any message out of the queue, for a consumer. */
  deliver(pick: number): LostMessage | undefined {
    return this.mail.splice(pick % Math.max(1, this.mail.length), 1)[0]
  }

  double(pick: number): void {
    const message = this.mail[pick % this.mail.length]
    if (message !== undefined) this.mail.push(message)
  }

  wipe(): void {
    this.mail = []
  }
}

function messageOf({ id, subject }: RunEntry): LostMessage {
  return subject.kind === 'flight' ? { kind: 'flight', flight: id } : subject
}
