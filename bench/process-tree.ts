import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'

import { BenchFailure } from './failure.ts'
import { sum } from './statistics.ts'

// Linux counts processor time in hundredths of a second for programs, whatever its own clock is.
const TICKS_A_SECOND = 100
const LISTENS = '0A'

export type Process = {
  readonly pid: number
  readonly parent: number
  readonly cpu_s: number
  /** The processor time of its children that have ended. */
  readonly ended_cpu_s: number
  readonly command: string
}

/** A server's processes: some root processes and all their descendants. */
export class ProcessTree {
  private readonly roots: readonly number[]

  constructor(roots: readonly number[]) {
    this.roots = roots
  }

  cpuSeconds(): number {
    return sum(this.members().map(({ cpu_s }) => cpu_s))
  }

  /** Like `cpuSeconds`, but also counts processes that have ended. Postgres starts a process for each connection. */
  cpuSecondsOfAll(): number {
    return sum(this.members().map(({ cpu_s, ended_cpu_s }) => cpu_s + ended_cpu_s))
  }

  /** The memory of all processes now, and the sum of their peaks since `resetPeak`, in MB. */
  memory(): { readonly rss_mb: number; readonly peak_mb: number } {
    const texts = this.members().map(({ pid }) => readFileSync(`/proc/${pid}/status`, 'utf8'))
    return {
      rss_mb: sum(texts.map((text) => megabytes(text, 'VmRSS'))),
      peak_mb: sum(texts.map((text) => megabytes(text, 'VmHWM'))),
    }
  }

  resetPeak(): void {
    for (const { pid } of this.members()) writeFileSync(`/proc/${pid}/clear_refs`, '5')
  }

  /** The loopback ports on which the processes listen, in the order in which they were opened. */
  ports(): number[] {
    const ports = new Map<string, number>()
    for (const line of readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
      if (state !== LISTENS) continue
      ports.set(`socket:[${inode}]`, Number.parseInt(local.split(':')[1] ?? '', 16))
    }
    const files = this.members().flatMap(({ pid }) => openFiles(pid))
    return files.flatMap((file) => ports.get(file) ?? [])
  }

  members(): Process[] {
    const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? read(name) : []))
    const known = new Set(this.roots)
    // A child's id may be smaller than its parent's, so one pass may not find every descendant.
    for (let before = 0; before < known.size;) {
      before = known.size
      for (const { pid, parent } of all) if (known.has(parent)) known.add(pid)
    }
    return all.filter(({ pid }) => known.has(pid))
  }
}

function read(name: string): Process[] {
  const found = unlessGone(() => {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
    // The second field is in parentheses and may contain any character, so the split begins after it.
    const [, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const cpu_s = (Number(rest[9]) + Number(rest[10])) / TICKS_A_SECOND
    const ended_cpu_s = (Number(rest[11]) + Number(rest[12])) / TICKS_A_SECOND
    const command = readFileSync(`/proc/${name}/cmdline`, 'utf8')
    return { pid: Number(name), parent: Number(parent), cpu_s, ended_cpu_s, command }
  })
  return found === undefined ? [] : [found]
}

function openFiles(pid: number): string[] {
  const numbers = unlessGone(() => readdirSync(`/proc/${pid}/fd`).map(Number)) ?? []
  return numbers
    .toSorted((a, b) => a - b)
    .flatMap((fd) => unlessGone(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? [])
}

function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    // The process has just ended, or the file was closed.
    return undefined
  }
}

function megabytes(status: string, name: string): number {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
  if (kilobytes === undefined) throw new BenchFailure(`/proc does not say ${name}`)
  return Number(kilobytes) / 1_024
}
