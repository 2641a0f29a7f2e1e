import { PollAnswer } from '../../src/protocol/poll.ts'
import type { Settings } from '../../src/settings.ts'
import { SocketClients } from './socket-clients.ts'
import { alice } from './test-run.ts'
import { watchJobs } from './test-watch.ts'

const quick = { tick_ms: 1, relist_ms: 2_000, page_bytes: 500, poll_wait_max_ms: 30_000 }

/** Tells that the watch token with this name was revoked. */
const revoked = (token_id: string): boolean => token_id === 'revoked'

/** Makes a run with `count` jobs at work, in flights of one job, and its watch endpoint. */
export function openWatchEndpoint(count = 3, settings: Partial<Settings> = {}) {
  const { test, watch } = watchJobs(count, { ...quick, ...settings })
  const { endpoint, all } = new SocketClients(watch, revoked)
  const ask = (path: string, given: Record<string, string> = {}, signal?: AbortSignal) => {
    const headers = { 'x-runcast-owner': alice, ...given }
    return endpoint.fetch(new Request(`https://run${path}`, { headers, signal: signal ?? null }))
  }
  return { test, watch, ask, sockets: all }
}

/** Reads the answer to a poll. */
export async function answerOf(response: Response): Promise<PollAnswer> {
  return PollAnswer.parse(await response.json())
}
