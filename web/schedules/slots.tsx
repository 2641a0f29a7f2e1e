import { Link } from '@tanstack/react-router'

import type { ScheduleView, SlotView } from '../../src/protocol/schedule.ts'
import { Ago } from '../parts/ago.tsx'
import { Badge } from '../parts/badge.tsx'
import { moment } from '../parts/words.ts'
import { kindWords, slotWords } from './slot-words.ts'
import { useScheduleRuns } from './stored-schedules.ts'

/** The last slots of a schedule, and what became of them. */
export function Slots({ schedule: { schedule_id, slots } }: { schedule: ScheduleView }) {
  const runs = useScheduleRuns(schedule_id)
  return (
    <section aria-labelledby="slots" className="panel p-5">
      <h2 id="slots" className="mb-2 text-lg font-bold">
        Last slots
      </h2>
      {slots.length === 0 && <p className="text-muted">No slot has come yet.</p>}
      <ul className="divide-y divide-line">
        {slots.map((slot) => (
          <Slot key={`${slot.kind} ${slot.at}`} slot={slot} runs={runs} />
        ))}
      </ul>
    </section>
  )
}

type SlotProps = { slot: SlotView; runs: ReturnType<typeof useScheduleRuns> }

function Slot({ slot, runs }: SlotProps) {
  const { tone, words } = slotWords(slot, runs)
  const { at, run_id, reason } = slot
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
      <span className="basis-56">{moment(at)}</span>
      <Badge tone={tone}>{words}</Badge>
      <span className="text-sm text-muted">
        <Ago time={at} />
        {slot.kind !== 'planned' && ` · ${kindWords(slot)}`}
      </span>
      {run_id !== undefined && (
        <Link
          to="/runs/$run_id"
          params={{ run_id }}
          className="text-accent underline sm:ml-auto"
          aria-label={`${runWords(slot)}, ${moment(at)}`}
        >
          {runWords(slot)}
        </Link>
      )}
      {reason && <p className="w-full text-sm wrap-anywhere text-muted">{reason.message}</p>}
    </li>
  )
}

function runWords({ state }: SlotView): string {
  return state === 'waiting' ? 'The run before' : 'Its run'
}
