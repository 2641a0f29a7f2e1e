import { cpus, loadavg } from 'node:os'

/** The machine that a bench ran on. */
export type Machine = {
  readonly cores: number
  readonly cpu: string
  readonly node: string
  /** The load average over one minute, before and after the bench. */
  readonly load: readonly [number, number]
}

export function describeMachine(load_before: number): Machine {
  const all = cpus()
  return {
    cores: all.length,
    cpu: all[0]?.model ?? 'unknown',
    node: process.version,
    load: [load_before, load()],
  }
}

export function load(): number {
  return loadavg()[0] ?? NaN
}

export function showMachine({ cores, cpu, node, load: loads }: Machine): string {
  const average = loads.map((value) => value.toFixed(1)).join(' before, ')
  return `${cores} cores (${cpu}), Node ${node}; load average ${average} after`
}
