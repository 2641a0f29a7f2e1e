import type { RunEvent } from '../../src/protocol/events.ts'
import type { WatchedRun } from '../../src/protocol/fold.ts'
import { fold, unwatched } from '../../src/protocol/fold.ts'
import { PollAnswer } from '../../src/protocol/poll.ts'
import type { Stub } from './object.ts'
import { alice } from './object.ts'

/** A client that asks a run's object again and again, as the Worker does, and folds the answers. */
export class Poller {
  readonly events: RunEvent[] = []
  state: WatchedRun = unwatched
  cursor: string | undefined
  private readonly run: Stub

  constructor(run: Stub) {
    this.run = run
  }

  async poll(query = ''): Promise<PollAnswer> {
    const headers = new Headers({ 'x-runcast-owner': alice })
    if (this.cursor !== undefined) headers.set('last-event-id', this.cursor)
    const response = await this.run.fetch(`https://run/events${query}`, { headers })
    if (response.status !== 200) throw new Error(`the poll was answered ${response.status}`)
    const answer = PollAnswer.parse(await response.json())
    for (const event of answer.events) {
      this.events.push(event)
      this.state = fold(this.state, event)
    }
    this.cursor = answer.cursor
    return answer
  }
}
