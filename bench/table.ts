import { columns, decimal } from './columns.ts'
import type { Figures, MemoryFigures } from './figures.ts'
import { showMachine } from './machine.ts'
import type { PartTime } from './parts.ts'
import type { Result } from './result.ts'
import type { Starts } from './starts.ts'
import type { Spread } from './statistics.ts'

/** Formats the figures for a person. */
export function showResult({ machine, options, starts, rounds, ...result }: Result): string {
  const { postings, companies, watchers, runs } = options
  const parts = [
    showMachine(machine),
    showStarts(starts),
    `${runs} runs of ${decimal(postings)} postings at ${companies} companies, ${watchers} watchers each`,
    showFigures(result.figures),
    showMemory(result.memory),
    showCalls(rounds.at(-1)?.run.calls ?? {}),
    showCpu(result.figures),
    ...(result.profile === undefined ? [] : [showProfile(result.profile)]),
  ]
  return parts.join('\n\n')
}

function showStarts({ starts, start, health, ratio }: Starts): string {
  return columns([
    [`${starts} starts, one after another`, 'p50', 'p99'],
    ['POST /api/runs, ms', start.p50_ms.toFixed(1), start.p99_ms.toFixed(1)],
    ['GET /api/health, ms (peer)', health.p50_ms.toFixed(1), health.p99_ms.toFixed(1)],
    ['ratio', ratio.p50.toFixed(2), ratio.p99.toFixed(2)],
  ])
}

type Row = {
  readonly label: string
  readonly of: (figures: Omit<Figures, 'outcome' | 'runs'>) => Spread
  readonly digits: number
}

const kinds = ['min', 'median', 'max'] as const

const rows: readonly Row[] = [
  { label: 'postings a second', of: ({ rate }) => rate, digits: 0 },
  { label: 'peer, postings a second', of: ({ peer_rate }) => peer_rate, digits: 0 },
  { label: 'run : peer', of: ({ ratio }) => ratio, digits: 2 },
  { label: 'object calls a posting', of: (one) => one.calls_a_posting, digits: 4 },
  { label: 'statements a posting', of: (one) => one.statements_a_posting, digits: 4 },
  { label: 'bytes a watcher', of: ({ watcher_bytes }) => watcher_bytes, digits: 0 },
  { label: '  in all_jobs', of: (one) => one.all_jobs_bytes, digits: 0 },
  { label: '  in update', of: ({ update_bytes }) => update_bytes, digits: 0 },
  { label: 'bytes a watcher and change', of: (one) => one.bytes_a_change, digits: 1 },
]

function showFigures(figures: readonly Figures[]): string {
  const shown = figures.flatMap(({ outcome, runs, ...spreads }) =>
    (runs === 1 ? (['median'] as const) : kinds).map((kind) => {
      return { head: runs === 1 ? outcome : `${outcome} ${kind}`, kind, spreads }
    }),
  )
  return columns([
    ['', ...shown.map(({ head }) => head)],
    ...rows.map(({ label, of, digits }) => [
      label,
      ...shown.map(({ kind, spreads }) => decimal(of(spreads)[kind], digits)),
    ]),
  ])
}

function showMemory({ peak_mb, rss_mb, slope_mb, slope_runs }: MemoryFigures): string {
  const slope = slope_mb === null ? 'unknown' : `${slope_mb.toFixed(1)} a run`
  return [
    `workerd's memory, MB: peak ${peak_mb.toFixed(0)}; slope of the last ${slope_runs} runs ${slope}`,
    `after each run: ${rss_mb.map((value) => value.toFixed(0)).join(' ')}`,
  ].join('\n')
}

function showCalls(calls: Readonly<Record<string, number>>): string {
  const each = Object.entries(calls).flatMap(([name, times]) =>
    times === 0 ? [] : `${name} ${times}`,
  )
  return `object calls of the last run: ${each.join(', ')}`
}

function showCpu(figures: readonly Figures[]): string {
  const shown = figures.flatMap(({ outcome, cpu_s }) => [
    { head: `run, ${outcome}`, cpu_s: cpu_s.run },
    { head: 'its peer', cpu_s: cpu_s.peer },
  ])
  const names = [
    'workerd',
    'database',
    'endpoint',
    'sites',
    'wrangler',
    'watchers',
    'peer',
  ] as const
  return columns([
    ['CPU seconds', ...shown.map(({ head }) => head)],
    ...names.map((name) => [name, ...shown.map(({ cpu_s }) => cpu_s[name].toFixed(2))]),
  ])
}

function showProfile(times: readonly PartTime[]): string {
  return columns([
    ["the Worker's isolate, one run more", 'ms', '%'],
    ...times.map(({ part, ms, share }) => [part, ms.toFixed(0), (share * 100).toFixed(1)]),
  ])
}
