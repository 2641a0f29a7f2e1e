import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

import type { RunId } from '../../src/protocol/ids.ts'
import { DAY_MS, main } from '../main.ts'
import { mean, percentile } from '../statistics.ts'
import { heapBytes } from './heap.ts'
import { DRIVE_PATH } from './routes.ts'
import { createRun, streamRequest } from './runcast.ts'
import { lastId, readAll } from './shown.ts'
import { type Options, readOptions } from './stalled-options.ts'
import { Watcher } from './watcher.ts'
import { WorkerHost } from './worker-host.ts'
import { changesOf, Driven, steps } from './workload.ts'

const KB = 1_024
const REPORT_MS = 100

type Measured = { readonly p95_ms: number; readonly heap: number; readonly rss_mb: number }

/** Measures one run. `heap` is taken near the end of the changes, while all watchers are connected. */
async function measure(host: WorkerHost, options: Options, stalled: number): Promise<Measured> {
  const { jobs, rate } = options
  const run_id = await createRun(host, jobs)
  const target = { port: host.port, request: streamRequest(host, run_id) }
  const watch = (size: number, reading: 'at_once' | 'by_turns') =>
    Array.from({ length: size }, () => new Watcher(target, lastId(jobs), reading))
  const readers = watch(options.readers, 'at_once')
  // A watcher that reads by turns gets no turn here, so it reads nothing after the listing.
  const deaf = watch(stalled, 'by_turns')
  const sockets = await Promise.all(Array.from({ length: stalled }, () => openSocket(host, run_id)))
  await Promise.all([...readers, ...deaf].map(({ listed }) => listed))
  const body = { run_id, jobs, rate, report_ms: REPORT_MS }
  const driving = host.call(DRIVE_PATH, { body })
  const late = ((jobs * steps.length) / rate) * 0.9 * 1_000
  await delay(late)
  const heap = await heapBytes(host.origin)
  const { rss_mb } = host.processes.memory()
  const driven = Driven.parse(await driving)
  await Promise.all(readers.map(({ ended }) => ended))
  for (const one of deaf) one.close()
  for (const socket of sockets) socket.close()
  return { p95_ms: percentile(delays(readers, driven, jobs), 0.95), heap, rss_mb }
}

/** Opens a socket that gets a message, and acknowledges nothing. */
async function openSocket({ origin, token }: WorkerHost, run_id: RunId): Promise<WebSocket> {
  const address = new URL(`/api/runs/${run_id}/socket?lean=1&token=${token}`, origin)
  address.protocol = 'ws'
  const socket = new WebSocket(address)
  await once(socket, 'message')
  return socket
}

/**
 * The time from each report of a change to its object until a reader saw it, for changes before the heap
 * was taken.
 */
function delays(readers: readonly Watcher[], { told }: Driven, jobs: number): number[] {
  const changes = changesOf({ jobs, rate: 1 }).slice(0, Math.floor(told.length * 0.85))
  return readers.flatMap(({ recording }) => {
    const { times } = readAll(recording, jobs)
    return changes.map(({ job, step }, index) => {
      return (times[job * steps.length + step] ?? NaN) - (told[index] ?? NaN)
    })
  })
}

async function compare(host: WorkerHost, options: Options): Promise<void> {
  const without: Measured[] = []
  const beside: Measured[] = []
  await measure(host, options, 0)
  for (let round = 0; round < options.rounds; round++) {
    without.push(await measure(host, options, 0))
    beside.push(await measure(host, options, options.stalled))
    const [before, after] = [without, beside].map((all) => all.at(-1))
    console.log(
      `round ${round + 1}: without stalled watchers ${show(before)}; with them ${show(after)}`,
    )
  }
  const ratio = mean(beside.map((one) => one.p95_ms)) / mean(without.map((one) => one.p95_ms))
  const grown = mean(beside.map((one) => one.heap)) - mean(without.map((one) => one.heap))
  console.log(`p95 of the readers: ${ratio.toFixed(3)} of the value without stalled watchers`)
  console.log(`heap: ${(grown / KB / options.stalled / 2).toFixed(1)} KB for each stalled watcher`)
}

function show(one: Measured | undefined): string {
  if (one === undefined) return 'nothing'
  const { p95_ms, heap, rss_mb } = one
  return `p95 ${p95_ms.toFixed(1)} ms, heap ${(heap / KB).toFixed(0)} KB, ${rss_mb.toFixed(0)} MB in all`
}

/**
 * Measures the cost of stalled watchers for the other watchers and for the object. They are streams that
 * nobody reads, and sockets that acknowledge nothing. Each round has one run without them and one with
 * them.
 */
await main({
  readOptions,
  limit_ms: DAY_MS,
  async run(workplace, options) {
    await compare(await WorkerHost.start(workplace), options)
  },
})
