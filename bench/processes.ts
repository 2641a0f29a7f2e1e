import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'

import { BenchFailure } from './failure.ts'

// How the kernel counts processor time for programs, whatever its own clock.
const TICKS_A_SECOND = 100

// Of wrangler's two, the workerd that runs the Worker is the one that can be inspected.
const WORKER = '--inspector-addr='

/** What a process is here, by what its command line holds; the first that fits. */
const parts = [
  ['runcast-database', 'database'],
  ['stack-process.ts', 'endpoint'],
  ['peer-process.ts', 'peer'],
  ['scripts/sites.ts', 'sites'],
  [WORKER, 'workerd'],
] as const

/** `watchers` is this process; `wrangler` is what stands between it and the Worker. */
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

type Process = {
  readonly pid: number
  readonly parent: number
  readonly cpu_s: number
  readonly command: string
}

/** Processor seconds that each part of the bench has used since it began. */
export function cpuSeconds(): CpuSeconds {
  const seconds = { ...none }
  for (const one of ours()) seconds[partOf(one)] += one.cpu_s
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

/** The memory of the workerd that runs the Worker, in MB. */
export class Memory {
  readonly #pid: number

  constructor() {
    const found = ours().find((one) => partOf(one) === 'workerd')
    if (!found) throw new BenchFailure('no workerd is found among the processes')
    this.#pid = found.pid
  }

  /** What it holds now, and the most that it has held since the last `resetPeak`. */
  read(): { readonly rss_mb: number; readonly peak_mb: number } {
    const text = readFileSync(`/proc/${this.#pid}/status`, 'utf8')
    return { rss_mb: megabytes(text, 'VmRSS'), peak_mb: megabytes(text, 'VmHWM') }
  }

  resetPeak(): void {
    writeFileSync(`/proc/${this.#pid}/clear_refs`, '5')
  }
}

/** The loopback ports of wrangler's own workerd: where it serves, and where it can be inspected. */
export function wranglerPorts(): number[] {
  const sockets = ours()
    .filter(({ command }) => command.includes('workerd') && !command.includes(WORKER))
    .flatMap(({ pid }) => openFiles(pid))
  const lines = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1)
  return lines.flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
    const listens = state === '0A' && sockets.includes(`socket:[${inode}]`)
    return listens ? Number.parseInt(local.split(':')[1] ?? '', 16) : []
  })
}

/** This process and all that began under it. */
function ours(): Process[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? read(name) : []))
  const known = new Set([process.pid])
  // A child's id need not be greater than its parent's, so one pass may not find all.
  for (let before = 0; before < known.size;) {
    before = known.size
    for (const { pid, parent } of all) if (known.has(parent)) known.add(pid)
  }
  return all.filter(({ pid }) => known.has(pid))
}

function read(name: string): Process[] {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
    // The second field, in parentheses, may hold anything.
    const [, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = Number(rest[9]) + Number(rest[10])
    const command = readFileSync(`/proc/${name}/cmdline`, 'utf8')
    return [{ pid: Number(name), parent: Number(parent), cpu_s: ticks / TICKS_A_SECOND, command }]
  } catch {
    // It has just ended.
    return []
  }
}

function partOf({ pid, command }: Process): Part {
  if (pid === process.pid) return 'watchers'
  return parts.find(([text]) => command.includes(text))?.[1] ?? 'wrangler'
}

function openFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`)
    } catch {
      // It was closed meanwhile.
      return []
    }
  })
}

function megabytes(status: string, name: string): number {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
  if (kilobytes === undefined) throw new BenchFailure(`/proc does not say ${name}`)
  return Number(kilobytes) / 1_024
}
