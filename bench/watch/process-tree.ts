import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'

import { BenchFailure } from '../failure.ts'
import { sum } from '../statistics.ts'

// How the kernel counts processor time for programs, whatever its own clock.
const TICKS_A_SECOND = 100
const LISTENS = '0A'

type Process = { readonly pid: number; readonly parent: number; readonly ticks: number }

/** Some processes with all that began under them: a server, whatever it is made of. */
export class ProcessTree {
  private readonly roots: readonly number[]

  constructor(roots: readonly number[]) {
    this.roots = roots
  }

  cpuSeconds(): number {
    return sum(this.members().map(({ ticks }) => ticks)) / TICKS_A_SECOND
  }

  /** What all of them hold now, and the most that each has held since `resetPeak`, in MB. */
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

  /** Those whose command line holds `text`. */
  find(text: string): number[] {
    return this.members()
      .map(({ pid }) => pid)
      .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text))
  }

  /** The loopback ports that they listen on, in the order in which they were opened. */
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

  private members(): Process[] {
    const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? read(name) : []))
    const known = new Set(this.roots)
    // A child's id need not be greater than its parent's, so one pass may not find all.
    for (let before = 0; before < known.size;) {
      before = known.size
      for (const { pid, parent } of all) if (known.has(parent)) known.add(pid)
    }
    return all.filter(({ pid }) => known.has(pid))
  }
}

function read(name: string): Process[] {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
    // The second field, in parentheses, may hold anything.
    const [, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return [
      { pid: Number(name), parent: Number(parent), ticks: Number(rest[9]) + Number(rest[10]) },
    ]
  } catch {
    // It has just ended.
    return []
  }
}

function openFiles(pid: number): string[] {
  const numbers = readdirSync(`/proc/${pid}/fd`).map(Number)
  return numbers
    .toSorted((a, b) => a - b)
    .flatMap((fd) => {
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
