import { BenchFailure } from './failure.ts'
import { ProcessTree, type Process } from './process-tree.ts'

// wrangler runs two workerds. The one that runs the Worker has an inspector.
const WORKER = '--inspector-addr='

/** Finds a process's part by a text in its command line. The first match decides. */
const parts = [
  ['runcast-database', 'database'],
  ['stack-process.ts', 'endpoint'],
  ['peer-process.ts', 'peer'],
  ['scripts/sites.ts', 'sites'],
  [WORKER, 'workerd'],
] as const

/** `watchers` is this process. `wrangler` stands for all processes between this one and the Worker. */
type Part = (typeof parts)[number][1] | 'watchers' | 'wrangler'
export type CpuSeconds = Readonly<Record<Part, number>>

const none: CpuSeconds = {
  workerd: 0,
  database: 0,
  endpoint: 0,
  sites: 0,
  wrangler: 0,
  watchers: 0,
  peer: 0,
}

/** This process and its descendants. */
const ours = new ProcessTree([process.pid])

/** The processor seconds that each part of the bench has used since its beginning. */
export function cpuSeconds(): CpuSeconds {
  const seconds = { ...none }
  for (const one of ours.members()) seconds[partOf(one)] += one.cpu_s
  return seconds
}

export function cpuSince(earlier: CpuSeconds): CpuSeconds {
  const now = cpuSeconds()
  return {
    workerd: now.workerd - earlier.workerd,
    database: now.database - earlier.database,
    endpoint: now.endpoint - earlier.endpoint,
    sites: now.sites - earlier.sites,
    wrangler: now.wrangler - earlier.wrangler,
    watchers: now.watchers - earlier.watchers,
    peer: now.peer - earlier.peer,
  }
}

/** The workerd process that runs the Worker. */
export function workerProcess(): ProcessTree {
  const found = ours.members().find((one) => partOf(one) === 'workerd')
  if (!found) throw new BenchFailure('no workerd is found among the processes')
  return new ProcessTree([found.pid])
}

/** The loopback ports of wrangler's own workerd, for requests and for the inspector. */
export function wranglerPorts(): number[] {
  const found = ours
    .members()
    .filter(({ command }) => command.includes('workerd') && !command.includes(WORKER))
  return new ProcessTree(found.map(({ pid }) => pid)).ports()
}

function partOf({ pid, command }: Process): Part {
  if (pid === process.pid) return 'watchers'
  return parts.find(([text]) => command.includes(text))?.[1] ?? 'wrangler'
}
