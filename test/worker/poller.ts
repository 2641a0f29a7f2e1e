import { PollAnswer } from '../../src/protocol/poll.ts'
import { Poller as AnswerReader } from '../support/poller.ts'
import type { Stub } from './object.ts'
import { alice } from './object.ts'

/** A client that polls a run's object again and again, as the Worker does. */
export class Poller extends AnswerReader {
  private readonly run: Stub

  constructor(run: Stub) {
    super()
    this.run = run
  }

  async poll(query = ''): Promise<PollAnswer> {
    const headers = { 'x-runcast-owner': alice, ...this.headers() }
    const response = await this.run.fetch(`https://run/events${query}`, { headers })
    if (response.status !== 200) throw new Error(`the poll was answered ${response.status}`)
    const answer = PollAnswer.parse(await response.json())
    this.take(answer)
    return answer
  }
}
