import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'

import { BenchFailure } from './failure.ts'

// How the kernel counts processor time for programs, whatever its own clock.
const TICKS_A_SECOND = 100

/** What a process is here, by what its command line holds; the first that fits. */
const parts = [
  ['runcast-database', 'database'],
  ['stack-process.ts', 'endpoint'],
  ['peer-process.ts', 'peer'],
  ['scripts/sites.ts', 'sites'],
  ['workerd', 'workerd'],
] as const

/** `workerd` is the one that runs the Worker; wrangler's own one counts as `wrangler`. */
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

/** This process and all that began under it. */
export class Family {
  readonly #workerd: number

  /** `data` is the folder that the Worker's objects are stored in. */
  constructor(data: string) {
    const found = ours().find(({ pid, command }) => isWorkerd(command) && holds(pid, data))
    if (!found) throw new BenchFailure('there is no workerd that has the objects’ storage open')
    this.#workerd = found.pid
  }

  /** Processor seconds of each part since it began. */
  cpu(): CpuSeconds {
    const seconds: Record<Part, number> = { ...none }
    for (const one of ours()) seconds[this.#partOf(one)] += one.cpu_s
    return seconds
  }

  cpuSince(earlier: CpuSeconds): CpuSeconds {
    const now = this.cpu()
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

  /** Workerd's memory in MB: what it holds now, and the most since the last `resetPeak`. */
  memory(): { readonly rss_mb: number; readonly peak_mb: number } {
    const text = readFileSync(`/proc/${this.#workerd}/status`, 'utf8')
    return { rss_mb: megabytes(text, 'VmRSS'), peak_mb: megabytes(text, 'VmHWM') }
  }

  resetPeak(): void {
    writeFileSync(`/proc/${this.#workerd}/clear_refs`, '5')
  }

  #partOf({ pid, command }: Process): Part {
    if (pid === process.pid) return 'watchers'
    const part = parts.find(([text]) => command.includes(text))?.[1] ?? 'wrangler'
    return part === 'workerd' && pid !== this.#workerd ? 'wrangler' : part
  }
}

/** The ports that wrangler and workerd listen on, the inspector's among them. */
export function workerPorts(): number[] {
  const sockets = ours()
    .filter(({ command }) => /wrangler|workerd/.test(command))
    .flatMap(({ pid }) => openFiles(pid))
  const lines = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1)
  return lines.flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
    const listens = state === '0A' && sockets.includes(`socket:[${inode}]`)
    return listens ? Number.parseInt(local.split(':')[1] ?? '', 16) : []
  })
}

function ours(): Process[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? read(name) : []))
  const known = new Set([process.pid])
  // A process is younger than its parent, but its id need not be greater.
  for (let before = 0; before < known.size; ) {
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

function isWorkerd(command: string): boolean {
  return /workerd\0serve\0/.test(command)
}

function holds(pid: number, folder: string): boolean {
  return openFiles(pid).some((file) => file.startsWith(`${folder}/`) && file.includes('.sqlite'))
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
