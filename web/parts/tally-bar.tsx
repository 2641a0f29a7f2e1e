import type { JobTally } from './tally.ts'
import { jobTone, type Tone } from './words.ts'

const fills: readonly (readonly [Tone, string])[] = [
  ['ready', 'bg-ready-bar'],
  ['failed', 'bg-failed-bar'],
  ['skipped', 'bg-skipped-bar'],
  ['aborted', 'bg-aborted-bar'],
  ['working', 'bg-working-bar'],
]

type TallyBarProps = {
  label: string
  tally: JobTally
  thick?: boolean
  /** The share of the lists that are still to be read, from 0 to 1: nobody knows yet what they have. */
  unread?: number
  /** The share of the lists that could not be read. */
  failed?: number
}

/**
 * A progress bar with a part for each terminal status, and a hatched one for what is still to be read. Assistive tools
 * read one number. The widths change without a transition: the browser would lay out the page for each frame of one, and
 * a run at work changes its bars all the time.
 */
export function TallyBar({ label, tally, thick = false, unread = 0, failed = 0 }: TallyBarProps) {
  const { total, done, by_status } = tally
  const read = 1 - unread - failed
  const widths = new Map<Tone, number>()
  for (const [status, jobs] of by_status) {
    const tone = jobTone(status)
    widths.set(tone, (widths.get(tone) ?? 0) + (jobs / total) * read * 100)
  }
  widths.set('failed', (widths.get('failed') ?? 0) + failed * 100)
  return (
    <div className="relative">
      <progress
        className="absolute size-px opacity-0"
        aria-label={label}
        max={1}
        value={failed + (total === 0 ? 0 : (done / total) * read)}
      />
      <div
        aria-hidden
        className={`flex overflow-hidden rounded-full bg-sunken ${thick ? 'h-3' : 'h-2'}`}
      >
        {fills.map(([tone, fill]) => (
          <div key={tone} className={fill} style={{ width: `${widths.get(tone) ?? 0}%` }} />
        ))}
        {unread > 0 && (
          <div
            data-testid="unread-part"
            className="bar-unread ml-auto"
            style={{ width: `${unread * 100}%` }}
          />
        )}
      </div>
    </div>
  )
}
