import { columns, decimal } from '../columns.ts'
import { type Machine, showMachine } from '../machine.ts'
import { percentile, type Spread, spread } from '../statistics.ts'
import type { Killed, Measured, Timed } from './measure.ts'
import type { Options } from './options.ts'
import type { MeasuredQueue } from './queue.ts'

type Shown = Measured & {
  readonly queues: readonly Pick<MeasuredQueue, 'name' | 'writes'>[]
  readonly skipped: readonly string[]
  readonly machine: Machine
}

/** Formats the figures for a person. */
export function showQueues(shown: Shown, { jobs, rounds }: Options): string {
  const { queues, timed, killed, skipped, machine } = shown
  const names = queues.map(({ name }) => name)
  const each = (of: (name: string) => string) => names.map(of)
  const rates = (name: string) => timed.filter((one) => one.name === name).map(rateOf(jobs))
  const median = (name: string, of: (one: Timed) => number) =>
    percentile(timed.filter((one) => one.name === name).map(of), 0.5)
  const times = [
    [`${rounds} rounds of ${decimal(jobs)} jobs`, ...names],
    ['workers write', ...queues.map(({ writes }) => writes)],
    ['jobs a second, median', ...each((name) => decimal(spread(rates(name)).median))],
    ['… least to most', ...each((name) => showRange(spread(rates(name))))],
    ...(names.includes('runcast')
      ? [['Runcast : this one', ...each((name) => showRange(ratios(timed, name)))]]
      : []),
    [
      'CPU, s',
      ...each((name) =>
        decimal(
          median(name, (one) => one.cpu_s),
          1,
        ),
      ),
    ],
    [
      'CPU of Postgres, s',
      ...each((name) =>
        decimal(
          median(name, (one) => one.postgres_cpu_s),
          1,
        ),
      ),
    ],
  ]
  const found = (name: string, of: (one: Killed) => number) =>
    killed.filter((one) => one.name === name).map((one) => decimal(of(one), 0))
  const kills = [
    ['kill -9 of the workers half-way', ...names],
    ['killed at row', ...names.flatMap((name) => found(name, (one) => one.killed_at))],
    ['rows lost', ...names.flatMap((name) => found(name, (one) => one.lost))],
    ['done again', ...names.flatMap((name) => found(name, (one) => one.repeated))],
    ['back after, s', ...names.flatMap((name) => found(name, (one) => one.back_ms / 1_000))],
  ]
  const missing = skipped.length === 0 ? [] : [`not installed: ${skipped.join(', ')}`]
  return [showMachine(machine), ...missing, columns(times), columns(kills)].join('\n\n')
}

function rateOf(jobs: number) {
  return ({ ms }: Timed) => (jobs / ms) * 1_000
}

/** Runcast's rate divided by that of another queue, round by round. */
function ratios(timed: readonly Timed[], name: string): Spread {
  const times = timed.filter((one) => one.name === name)
  const own = timed.filter((one) => one.name === 'runcast')
  return spread(times.map(({ ms }, round) => ms / (own[round]?.ms ?? NaN)))
}

function showRange({ min, max }: Spread): string {
  const digits = max < 20 ? 2 : 0
  return `${decimal(min, digits)}–${decimal(max, digits)}`
}
