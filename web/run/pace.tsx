import type { Progress, Wait } from '../../src/protocol/events.ts'
import { useNouns } from '../parts/nouns.ts'
import { clock, countOf } from '../parts/words.ts'
import { etaWords, rateWords } from './pace-words.ts'

type PaceProps = { progress: Progress | undefined; isPaused?: boolean }

/**
 * The rate of a run, its remaining time, and what it waits for, as far as they are known. The line is there
 * even if it is empty, so that nothing below it jumps.
 */
export function Pace({ progress, isPaused = false }: PaceProps) {
  const { job } = useNouns()
  // The rate of a run that was paused just now tells nothing of its end.
  const eta = progress && !isPaused ? etaWords(progress) : ''
  const rate = progress && !isPaused ? rateWords(progress.rate, job) : ''
  return (
    <>
      <p className="flex min-h-6 flex-wrap gap-x-4 text-sm tabular-nums">
        {eta !== '' && <span data-testid="eta">{eta}</span>}
        {rate !== '' && (
          <span className="text-muted" data-testid="rate">
            {rate}
          </span>
        )}
      </p>
      {progress?.waits && progress.waits.length > 0 && <Waits waits={progress.waits} />}
    </>
  )
}

function Waits({ waits }: { waits: readonly Wait[] }) {
  const { group } = useNouns()
  return (
    <ul aria-label="Why the run waits" className="space-y-1 text-sm text-muted">
      {waits.map(({ code, message, since, until, groups }) => (
        <li key={`${code} ${message}`} className="wrap-anywhere">
          {since === undefined ? 'Waits until ' : 'Waits since '}
          <time dateTime={since ?? until}>{clock(since ?? until)}</time>: {message} (
          {countOf(groups, group)})
        </li>
      ))}
    </ul>
  )
}
