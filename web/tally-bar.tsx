import type { JobTally } from './tally.ts'
import { jobTone, type Tone } from './words.ts'

const fills: readonly (readonly [Tone, string])[] = [
  ['ready', 'bg-ready-bar'],
  ['failed', 'bg-failed-bar'],
  ['skipped', 'bg-skipped-bar'],
  ['aborted', 'bg-aborted-bar'],
  ['working', 'bg-working-bar'],
]

/** A progress bar with a part for each terminal status. Assistive tools read one number. */
export function TallyBar(props: { label: string; tally: JobTally; thick?: boolean }) {
  const { total, done, by_status } = props.tally
  const widths = new Map<Tone, number>()
  for (const [status, jobs] of by_status) {
    const tone = jobTone(status)
    widths.set(tone, (widths.get(tone) ?? 0) + (jobs / total) * 100)
  }
  return (
    <div className="relative">
      <progress
        className="absolute size-px opacity-0"
        aria-label={props.label}
        max={Math.max(total, 1)}
        value={done}
      />
      <div
        aria-hidden
        className={`flex overflow-hidden rounded-full bg-sunken ${props.thick ? 'h-3' : 'h-2'}`}
      >
        {fills.map(([tone, fill]) => (
          <div
            key={tone}
            className={`${fill} transition-[width] duration-150`}
            style={{ width: `${widths.get(tone) ?? 0}%` }}
          />
        ))}
      </div>
    </div>
  )
}
