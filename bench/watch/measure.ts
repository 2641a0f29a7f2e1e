import { setTimeout as delay } from 'node:timers/promises'

import { BenchFailure } from '../failure.ts'
import { load } from '../machine.ts'
import type { Partner } from '../partner.ts'
import type { Contender, ContenderName } from './contender.ts'
import { Opened, type Question, Seen, Waited } from './crowd-messages.ts'
import type { Recorded } from './floor.ts'
import type { Workload } from './workload.ts'

const OPEN_MS = 30_000
const FINAL_MS = 50_000
const READ_MS = 60_000
// A pause, so that late work of the server before is not counted for the next one.
const REST_MS = 1_000

/**
 * The measurements of one server with one number of watchers. Processor time is in seconds, and of the
 * server only.
 */
export type Measured = Omit<Seen, 'frames'> & {
  readonly name: ContenderName
  /** The server's time while the watchers connect, and from the first change until all have the final state. */
  readonly connect_cpu_s: number
  readonly cpu_s: number
  /** The time of the process with the watchers, from the first change until all have the final state. */
  readonly watchers_cpu_s: number
  /** The server's memory before the first watcher, and its peak. */
  readonly idle_mb: number
  readonly peak_mb: number
  readonly load: number
}

export type Outcome = { readonly measured: Measured; readonly recorded: Recorded }

export async function measure(
  crowd: Partner,
  { name, processes, ...contender }: Contender,
  workload: Workload & { readonly watchers: number },
): Promise<Outcome> {
  await delay(REST_MS)
  const load_before = load()
  processes.resetPeak()
  const idle_mb = processes.memory().rss_mb
  const run = await contender.open(workload)
  const connecting = processes.cpuSeconds()
  await openAll(crowd, { ...workload, target: run.target })
  const connected = processes.cpuSeconds()
  const waiting = crowd.ask(question({ ask: 'wait', wait_ms: FINAL_MS }), Waited, FINAL_MS + 10_000)
  const [driven, waited] = await Promise.all([run.drive(), waiting])
  const cpu_s = processes.cpuSeconds() - connected
  const { peak_mb } = processes.memory()
  const { frames, ...seen } = await crowd.ask(question({ ask: 'read', driven }), Seen, READ_MS)
  const measured = {
    name,
    ...seen,
    connect_cpu_s: connected - connecting,
    cpu_s,
    watchers_cpu_s: waited.cpu_s,
    idle_mb,
    peak_mb,
    load: load_before,
  }
  return { measured, recorded: { frames, driven } }
}

async function openAll(
  crowd: Partner,
  asked: Omit<Extract<Question, { ask: 'open' }>, 'ask'>,
): Promise<void> {
  const { target, watchers, jobs } = asked
  const open = question({ ask: 'open', target, watchers, jobs })
  const { listed } = await crowd.ask(open, Opened, OPEN_MS)
  if (listed < watchers)
    throw new BenchFailure(`only ${listed} of ${watchers} watchers got the listing`)
}

function question(asked: Question): Question {
  return asked
}
