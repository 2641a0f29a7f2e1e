import { Link } from '@tanstack/react-router'

import type { RunId } from '../../src/protocol/ids.ts'
import type { ShownStatus } from '../../src/protocol/run-problems.ts'
import type { SlotView } from '../../src/protocol/schedule.ts'
import { moment, type Tone } from '../parts/words.ts'
import { slotWords } from './slot-words.ts'

const looks: Record<Tone, string> = {
  pending: 'bg-pending-bar',
  working: 'bg-working-bar',
  ready: 'bg-ready-bar',
  problems: 'bg-skipped-bar',
  failed: 'bg-failed-bar',
  skipped: 'bg-skipped-bar',
  aborted: 'bg-aborted-bar',
}

const SHOWN = 10

type SlotDotsProps = {
  slots: readonly SlotView[]
  runs: ReadonlyMap<RunId, ShownStatus>
}

/** The last slots of a schedule, the newest at the end. */
export function SlotDots({ slots, runs }: SlotDotsProps) {
  if (slots.length === 0) return <span className="text-sm text-muted">none yet</span>
  return (
    <ol aria-label="Last runs, the newest at the end" className="flex flex-wrap">
      {slots
        .slice(0, SHOWN)
        .toReversed()
        .map((slot) => (
          <li key={`${slot.kind} ${slot.at}`}>
            <Dot slot={slot} runs={runs} />
          </li>
        ))}
    </ol>
  )
}

function Dot({ slot, runs }: { slot: SlotView; runs: SlotDotsProps['runs'] }) {
  const { tone, words } = slotWords(slot, runs)
  const told = `${moment(slot.at)}: ${words}`
  // A slot without a run is hollow, so that no colour is needed to see it.
  const hollow = slot.run_id === undefined
  const dot = (
    <span
      aria-hidden
      className={`size-3 rounded-full ${looks[tone]} ${hollow ? 'shadow-[inset_0_0_0_2px_currentcolor] opacity-70' : ''}`}
    />
  )
  if (slot.run_id === undefined)
    return (
      <span title={told} className="grid size-6 place-items-center text-muted">
        {dot}
        <span className="sr-only">{told}</span>
      </span>
    )
  return (
    <Link
      to="/runs/$run_id"
      params={{ run_id: slot.run_id }}
      title={told}
      aria-label={told}
      className="grid size-6 place-items-center rounded-sm hover:bg-sunken"
    >
      {dot}
    </Link>
  )
}
