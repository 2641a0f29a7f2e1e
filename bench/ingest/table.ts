import { columns, decimal } from '../columns.ts'
import { percentile } from '../statistics.ts'
import type { Pair } from './measure.ts'
import type { Options } from './options.ts'

/** Formats the medians of all rounds. A ratio is the median of the rounds' ratios. */
export function showIngest(pairs: readonly Pair[], options: Options): string {
  const { postings, companies, latency, rounds } = options
  const first = pairs.filter(({ outcome }) => outcome === 'new')
  const again = pairs.filter(({ outcome }) => outcome === 'unchanged')
  const all = [first, again]
  const median = (of: (pair: Pair) => number) => all.map((some) => percentile(some.map(of), 0.5))
  const line = (name: string, of: (pair: Pair) => number, digits = 0) => [
    name,
    ...median(of).map((value) => decimal(value, digits)),
  ]
  const share = again.map(({ run }, round) => run.bytes / (first[round]?.run.bytes ?? NaN))
  return [
    `${decimal(postings)} postings at ${companies} companies, half of them with pages; ${latency} ms an answer; medians of ${rounds} rounds`,
    columns([
      ['', 'first run', 'second run, nothing changed'],
      line('postings a second', ({ run }) => run.rate),
      line('postings a second of the peer', ({ peer }) => peer.rate),
      line('ratio of the two', ({ run, peer }) => run.rate / peer.rate, 2),
      line('requests', ({ run }) => run.requests),
      line('requests of the peer', ({ peer }) => peer.requests),
      line('MB', ({ run }) => run.bytes / 1e6, 2),
      line('MB of the peer', ({ peer }) => peer.bytes / 1e6, 2),
      line('statements', ({ run }) => run.statements),
      line('calls of objects', ({ run }) => run.object_calls),
      line('calls of buckets', ({ run }) => run.bucket_calls),
    ]),
    `the second run read ${decimal(100 * percentile(share, 0.5), 1)} % of the first one's bytes`,
  ].join('\n\n')
}
