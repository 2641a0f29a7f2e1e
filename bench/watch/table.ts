import { columns, decimal } from '../columns.ts'
import { showMachine } from '../machine.ts'
import type { Spread } from '../statistics.ts'
import type { ContenderName } from './contender.ts'
import { type Figures, figuresOf } from './figures.ts'
import type { Result } from './result.ts'
import type { Resume } from './resume.ts'

/** Formats the figures for a person: medians with their ranges. */
export function showResult({ machine, options, measured, skipped, resume }: Result): string {
  const { rounds, jobs, rate } = options
  const reports = options.unbatched
    ? 'one report a change'
    : `reports every ${options['report-ms']} ms`
  const figures = figuresOf(measured, jobs)
  const sizes = [...new Set(figures.map(({ watchers }) => watchers))]
  return [
    showMachine(machine),
    `${rounds} rounds of ${jobs} jobs, ${rate} changes a second; Runcast: ${reports}`,
    ...skipped.map((name) => `skipped: ${name}: not installed`),
    ...sizes.map((size) =>
      showSize(
        figures.filter(({ watchers }) => watchers === size),
        size,
      ),
    ),
    showResume(resume),
  ].join('\n\n')
}

type Row = {
  readonly label: string
  readonly of: (figures: Figures) => Spread
  readonly digits: number
}

const rows: readonly Row[] = [
  { label: 'server CPU, s', of: ({ cpu_s }) => cpu_s, digits: 2 },
  { label: 'CPU while they connect, s', of: (one) => one.connect_cpu_s, digits: 2 },
  { label: 'bytes a watcher', of: ({ bytes }) => bytes, digits: 0 },
  { label: 'bytes a change', of: (one) => one.bytes_a_change, digits: 1 },
  { label: '… data of update', of: (one) => one.update_bytes_a_change, digits: 1 },
  { label: 'writes that a watcher saw', of: ({ pieces }) => pieces, digits: 0 },
  { label: 'staleness p50, ms', of: ({ p50_ms }) => p50_ms, digits: 0 },
  { label: 'staleness p99, ms', of: ({ p99_ms }) => p99_ms, digits: 0 },
  { label: '… since told p99, ms', of: (one) => one.told_p99_ms, digits: 0 },
  { label: 'all have the end, ms', of: ({ final_ms }) => final_ms, digits: 0 },
  { label: 'server memory, MB', of: ({ peak_mb }) => peak_mb, digits: 0 },
  { label: '… more than idle, MB', of: ({ added_mb }) => added_mb, digits: 0 },
  { label: "watchers' own CPU, s", of: (one) => one.watchers_cpu_s, digits: 2 },
]

function showSize(figures: readonly Figures[], watchers: number): string {
  return columns([
    [`${watchers} watchers`, ...figures.map(({ name }) => name)],
    ...rows.map((row) => [row.label, ...figures.map((one) => showSpread(row, one))]),
    ['not right at the end', ...figures.map(({ wrong }) => String(wrong))],
    ['Runcast’s CPU : its', ...figures.map((one) => showRatio(figures, one))],
  ])
}

function showSpread({ of, digits }: Row, figures: Figures): string {
  const { min, median, max } = of(figures)
  const show = (value: number) => decimal(value, digits)
  return min === max ? show(median) : `${show(median)} (${show(min)}–${show(max)})`
}

/** The median processor time of Runcast divided by that of another server. */
function showRatio(figures: readonly Figures[], { name, cpu_s }: Figures): string {
  const own = figures.find((one) => one.name === ('runcast' satisfies ContenderName))
  if (own === undefined || name === 'runcast' || cpu_s.median === 0) return ''
  return (own.cpu_s.median / cpu_s.median).toFixed(3)
}

function showResume({ jobs, changed, bytes, full_bytes }: Resume): string {
  const came = `resuming after ${changed} of ${decimal(jobs)} jobs changed: ${decimal(bytes)} bytes`
  return `${came}; the full state: ${decimal(full_bytes)}`
}
