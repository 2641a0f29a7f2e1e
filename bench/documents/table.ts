import { columns, decimal } from '../columns.ts'
import { type Machine, showMachine } from '../machine.ts'
import { spread } from '../statistics.ts'
import type { Round, Single } from './measure.ts'
import type { WordCount, WordCounts } from './words.ts'

/** All measurements. */
export type Result = {
  readonly machine: Machine
  readonly rounds: readonly Round[]
  readonly singles: readonly Single[]
  readonly words: WordCounts
}

export function showResult({ machine, rounds, singles, words }: Result): string {
  return [
    showMachine(machine),
    showLoads(rounds),
    ...(singles.length === 0 ? [] : [showFirst(singles), showSingles(singles)]),
    showWords(words),
  ].join('\n\n')
}

type Row = {
  readonly label: string
  readonly of: (round: Round) => number
  readonly digits: number
}

/** The rows of the table. Times count from the end of the upload. */
const rows: readonly Row[] = [
  { label: 'pages', of: ({ pages }) => pages, digits: 0 },
  { label: 'the answer, ms', of: (one) => one.answered_ms, digits: 0 },
  { label: 'the first document is shown at work, ms', of: (one) => one.moved_ms, digits: 0 },
  { label: 'all are shown at work, ms', of: (one) => one.all_moved_ms, digits: 0 },
  { label: 'the first one can be searched, ms', of: (one) => one.first_ms, digits: 0 },
  { label: 'all can be searched, ms', of: (one) => one.all_ms, digits: 0 },
  { label: 'times that each was shown to move, at least', of: (one) => one.least_shown, digits: 0 },
  { label: 'pages a second', of: ({ pages, all_ms }) => (pages / all_ms) * 1_000, digits: 0 },
  { label: 'the script, ms', of: ({ peer }) => peer.ms, digits: 0 },
  { label: 'all : script', of: ({ all_ms, peer }) => all_ms / peer.ms, digits: 2 },
  { label: 'processor time: workerd, s', of: ({ cpu_s }) => cpu_s.workerd, digits: 2 },
  { label: 'the database, s', of: ({ cpu_s }) => cpu_s.database, digits: 2 },
  { label: 'its endpoint, s', of: ({ cpu_s }) => cpu_s.endpoint, digits: 2 },
  {
    label: 'wrangler and the bench, s',
    of: ({ cpu_s }) => cpu_s.wrangler + cpu_s.watchers,
    digits: 2,
  },
  { label: "workerd's peak memory, MB", of: ({ peak_mb }) => peak_mb, digits: 0 },
  { label: "the script's so far, MB", of: ({ peer }) => peer.peak_mb, digits: 0 },
]

function showLoads(rounds: readonly Round[]): string {
  const loads = [...Map.groupBy(rounds, ({ load }) => load)]
  return columns([
    [`median of ${loads[0]?.[1].length ?? 0}, least and most`, ...loads.map(([name]) => name)],
    ...rows.map((row) => [row.label, ...loads.map(([, each]) => showRow(row, each))]),
  ])
}

function showRow({ of, digits }: Row, rounds: readonly Round[]): string {
  const { min, median, max } = spread(rounds.map(of))
  const [low, middle, high] = [min, median, max].map((value) => decimal(value, digits))
  return low === high ? (middle ?? '') : `${middle} (${low}–${high})`
}

function showFirst(singles: readonly Single[]): string {
  const { min, median, max } = spread(singles.map(({ moved_ms }) => moved_ms))
  const figures = [median, min, max].map((value) => decimal(value))
  return `one file an upload: shown at work after ${figures[0]} ms (${figures[1]}–${figures[2]})`
}

function showSingles(singles: readonly Single[]): string {
  return columns([
    ['file', 'result', 'pages', 'characters', 'chunks', 'language', 'ms'],
    ...singles.map(({ view: { name, status, content, error }, ms }) => [
      name,
      error?.code ?? status,
      decimal(content?.pages ?? 0),
      decimal(content?.characters ?? 0),
      decimal(content?.chunks ?? 0),
      content?.language ?? '',
      decimal(ms),
    ]),
  ])
}

/** The share of the tool's words that we read, and the share of our words that the tool reads. */
export function showWords({ counts, missing }: WordCounts): string {
  const groups = [...Map.groupBy(counts, ({ tool }) => tool)]
  const all = groups.map(([tool, each]) => [`all of ${tool}`, ...showCount(sumOf(each))])
  const skipped = missing.map((tool) => `${tool} is not installed: its documents are left out`)
  const lines = counts.map((count) => [`${count.name}, ${count.tool}`, ...showCount(count)])
  const head = ['words of', 'ours', 'theirs', 'recall', 'precision']
  return [columns([head, ...lines, ...all]), ...skipped].join('\n')
}

type Sums = Pick<WordCount, 'ours' | 'theirs' | 'both'>

function sumOf(counts: readonly WordCount[]): Sums {
  const sum = (of: (count: WordCount) => number) => counts.reduce((all, one) => all + of(one), 0)
  return {
    ours: sum((one) => one.ours),
    theirs: sum((one) => one.theirs),
    both: sum((one) => one.both),
  }
}

function showCount({ ours, theirs, both }: Sums): string[] {
  return [decimal(ours), decimal(theirs), decimal(both / theirs, 4), decimal(both / ours, 4)]
}
