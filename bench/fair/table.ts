import { columns } from '../columns.ts'
import { type Machine, showMachine } from '../machine.ts'
import { percentile, sum } from '../statistics.ts'
import type { Kind, Result } from './measure.ts'

/** Formats the figures for a person. */
export function showResult(machine: Machine, result: Result): string {
  const { alone, beside, starting, waiting, starts_s, waited, still } = result
  const kinds = [alone, beside, starting, waiting]
  return [
    showMachine(machine),
    columns([
      ['a run of two jobs', 'median, ms', 'most, ms', 'times alone', 'start, ms', 'cores busy'],
      ...kinds.map((kind) => rowOf(kind, alone)),
    ]),
    `The starts took ${starts_s.toFixed(1)} s. ${waited} runs waited then, and ${still} at the end of the measurement.`,
  ].join('\n\n')
}

function rowOf(kind: Kind, alone: Kind): string[] {
  const times = kind.timed.map(({ ms }) => ms)
  const starts = kind.timed.map(({ start_ms }) => start_ms)
  return [
    kind.name,
    percentile(times, 0.5).toFixed(0),
    Math.max(...times).toFixed(0),
    (medianOf(kind) / medianOf(alone)).toFixed(2),
    percentile(starts, 0.5).toFixed(0),
    (sum(Object.values(kind.cpu)) / kind.took_s).toFixed(2),
  ]
}

function medianOf({ timed }: Kind): number {
  return percentile(
    timed.map(({ ms }) => ms),
    0.5,
  )
}
