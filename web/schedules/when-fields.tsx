import type { ReactNode } from 'react'

import { RadioChips } from './radio-chips.tsx'
import type { WhenDraft } from './when-draft.ts'
import { dayName, WEEK } from './when-words.ts'

const FORMS = [
  ['daily', 'Daily'],
  ['weekly', 'Weekly'],
  ['every', 'Every few minutes'],
  ['cron', 'Cron'],
] as const

type WhenFieldsProps = {
  when: WhenDraft
  change: (when: WhenDraft) => void
  children: ReactNode
}

/** When the slots of a schedule are. `children`: what follows from that. */
export function WhenFields({ when, change, children }: WhenFieldsProps) {
  const set = (part: Partial<WhenDraft>) => change({ ...when, ...part })
  return (
    <section aria-labelledby="schedule-when" className="panel space-y-4 p-5">
      <h2 id="schedule-when" className="text-lg font-bold">
        When
      </h2>
      <RadioChips
        name="when"
        label="Kind of slots"
        value={when.form}
        options={FORMS}
        onChange={(form) => set({ form })}
      />
      {when.form === 'weekly' && <Days days={when.days} onChange={(days) => set({ days })} />}
      <div className="flex flex-wrap items-end gap-4">
        {(when.form === 'daily' || when.form === 'weekly') && (
          <label className="space-y-1">
            <span className="block text-sm text-muted">At</span>
            <input
              type="time"
              required
              className="field"
              value={when.at}
              onChange={(event) => set({ at: event.target.value })}
            />
          </label>
        )}
        {when.form === 'every' && <Minutes when={when} set={set} />}
        {when.form === 'cron' && <Cron when={when} set={set} />}
        {when.form !== 'every' && <Zone when={when} set={set} />}
      </div>
      {children}
    </section>
  )
}

type WhenFieldProps = { when: WhenDraft; set: (part: Partial<WhenDraft>) => void }

function Minutes({ when, set }: WhenFieldProps) {
  return (
    <label className="space-y-1">
      <span className="block text-sm text-muted">Minutes from one slot to the next</span>
      <input
        type="number"
        required
        min={1}
        max={1440}
        className="field w-28 tabular-nums"
        value={when.minutes}
        onChange={(event) => set({ minutes: event.target.value })}
      />
    </label>
  )
}

function Cron({ when, set }: WhenFieldProps) {
  return (
    <label className="min-w-0 space-y-1">
      <span className="block text-sm text-muted">Minute, hour, day, month, day of the week</span>
      <input
        required
        spellCheck={false}
        autoComplete="off"
        className="field w-full font-mono"
        value={when.cron}
        onChange={(event) => set({ cron: event.target.value })}
      />
    </label>
  )
}

const zones = Intl.supportedValuesOf('timeZone')

function Zone({ when, set }: WhenFieldProps) {
  return (
    <label className="min-w-0 space-y-1">
      <span className="block text-sm text-muted">Time zone</span>
      <input
        required
        list="time-zones"
        spellCheck={false}
        autoComplete="off"
        className="field w-full"
        value={when.zone}
        onChange={(event) => set({ zone: event.target.value })}
      />
      <datalist id="time-zones">
        {zones.map((zone) => (
          <option key={zone}>{zone}</option>
        ))}
      </datalist>
    </label>
  )
}

type DaysProps = { days: readonly number[]; onChange: (days: readonly number[]) => void }

function Days({ days, onChange }: DaysProps) {
  return (
    <fieldset aria-label="Days of the week" className="flex flex-wrap gap-2">
      {WEEK.map((day) => (
        <button
          key={day}
          type="button"
          className="chip"
          aria-pressed={days.includes(day)}
          title={dayName(day, 'long')}
          onClick={() =>
            onChange(days.includes(day) ? days.filter((one) => one !== day) : [...days, day])
          }
        >
          {dayName(day, 'short')}
        </button>
      ))}
    </fieldset>
  )
}
