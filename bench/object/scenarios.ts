import type { ObjectHost } from './object-host.ts'
import type { Options } from './options.ts'
import {
  ABORT_PATH,
  DRIVE_PATH,
  JOIN_PATH,
  POLL_PATH,
  REPORT_PATH,
  RETRY_PATH,
  WATCH_PATH,
} from './routes.ts'

export type Figure = { readonly name: string; readonly value: number; readonly digits: number }

const POLLS = 100

const scenarios = {
  groups: manyGroups,
  listed: listedRun,
  documents: manyFlights,
  large: largeRun,
  aborted: abortedRun,
} as const

/** Measures the scenarios one after the other, each on a run of its own. */
export async function measureAll(host: ObjectHost, { only }: Options): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const name of only) figures.push(...(await scenarios[name](host)))
  return figures
}

/** 4,000 companies with ten postings each. */
async function manyGroups(host: ObjectHost): Promise<Figure[]> {
  const [groups, jobs] = [4_000, 10]
  const shape = { run_id: host.newRun(), groups, jobs, flight_jobs: 100 }
  const { ms, cpu_s, rows } = await host.measure(DRIVE_PATH, shape)
  return [
    figure('4,000 groups of 10 jobs: jobs a second', (groups * jobs * 1_000) / ms),
    figure('  jobs a second of CPU time', (groups * jobs) / cpu_s),
    figure('  rows read', rows.read),
    figure('  rows written', rows.written),
  ]
}

/** 10,000 postings of 20 companies, whose listings hold the content. Then clients poll the ended run. */
async function listedRun(host: ObjectHost): Promise<Figure[]> {
  const [groups, jobs] = [20, 500]
  const shape = { run_id: host.newRun(), groups, jobs, flight_jobs: 100 }
  const { ms, cpu_s, rows } = await host.measure(DRIVE_PATH, shape)
  const polled = await host.measure(POLL_PATH, { run_id: shape.run_id, polls: POLLS })
  return [
    figure('10,000 listed jobs: jobs a second', (groups * jobs * 1_000) / ms),
    figure('  jobs a second of CPU time', (groups * jobs) / cpu_s),
    figure('  rows read', rows.read),
    figure('  rows written', rows.written),
    figure('  rows read by a poll of its state', polled.rows.read / POLLS),
  ]
}

/** 2,000 documents at work at once, and nobody watches. */
async function manyFlights(host: ObjectHost): Promise<Figure[]> {
  const for_ms = 30_000
  const shape = { run_id: host.newRun(), groups: 1, jobs: 2_000, flight_jobs: 1, for_ms }
  const { calls } = await host.measure(REPORT_PATH, shape)
  return [figure('2,000 documents in flight: reports a second', (calls * 1_000) / for_ms)]
}

/** 100,000 postings, watched by a plain EventSource. Then a lean watcher joins. */
async function largeRun(host: ObjectHost): Promise<Figure[]> {
  const shape = { run_id: host.newRun(), groups: 100, jobs: 1_000, flight_jobs: 100 }
  const { ms, bytes } = await host.measure(WATCH_PATH, shape)
  const joined = await host.measure(JOIN_PATH, { run_id: shape.run_id })
  return [
    figure('100,000 jobs: seconds', ms / 1_000, 1),
    figure('  MB to a plain EventSource', bytes / 1e6, 1),
    figure('  seconds until a lean watcher has joined', joined.ms / 1_000, 2),
    figure('  … of CPU time', joined.cpu_s, 2),
  ]
}

/** 100,000 open postings are aborted, and then opened again. */
async function abortedRun(host: ObjectHost): Promise<Figure[]> {
  const shape = { run_id: host.newRun(), groups: 100, jobs: 1_000, flight_jobs: 100 }
  const aborted = await host.measure(ABORT_PATH, shape)
  const retried = await host.measure(RETRY_PATH, { run_id: shape.run_id })
  return [
    figure('100,000 open jobs are aborted: seconds', aborted.ms / 1_000, 1),
    figure('  … of CPU time, planning included', aborted.cpu_s, 1),
    figure('  longest wait of another call, ms', aborted.wait_ms),
    figure('  rows read', aborted.rows.read),
    figure('100,000 jobs are opened again: seconds', retried.ms / 1_000, 1),
    figure('  … of CPU time', retried.cpu_s, 1),
    figure('  longest wait of another call, ms', retried.wait_ms),
    figure('  rows read', retried.rows.read),
  ]
}

function figure(name: string, value: number, digits = 0): Figure {
  return { name, value, digits }
}
