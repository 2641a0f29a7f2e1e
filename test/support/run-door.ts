import { Door } from '../../src/durable/watch/door.ts'
import { PollAnswer } from '../../src/protocol/poll.ts'
import { FakeSockets } from './fake-sockets.ts'
import { alice, TestRun } from './test-run.ts'
import { watchRun } from './test-watch.ts'

const settings = { tick_ms: 1, relist_ms: 2_000, page_bytes: 500, poll_wait_max_ms: 30_000 }

/** The watch token of this name was revoked. */
const revoked = (token_id: string): boolean => token_id === 'revoked'

/** A run of so many jobs at work, in flights of one, and the door to it. */
export function openDoor(count = 3) {
  const { test, watch } = watchRun((changed) => new TestRun({ flight_jobs: 1, settings, changed }))
  test.create('a', 'b')
  test.plan(0, count)
  const { watchers } = watch
  const { sockets, all } = new FakeSockets(watch)
  const run = () => test.engine.run
  const door = new Door({ run, watchers, sockets, settings: test.settings, revoked })
  const knock = (path: string, given: Record<string, string> = {}, signal?: AbortSignal) => {
    const headers = { 'x-runcast-owner': alice, ...given }
    return door.fetch(new Request(`https://run${path}`, { headers, signal: signal ?? null }))
  }
  return { test, watch, knock, sockets: all }
}

/** The answer to a poll. */
export async function answerOf(response: Response): Promise<PollAnswer> {
  return PollAnswer.parse(await response.json())
}
