import { ScheduleView } from '../../src/protocol/schedule.ts'
import type { ScheduleDraft } from './schedule-draft.ts'

/** A choice in a few words, and what follows from the choice. */
type RuleWords = { readonly words: string; readonly follows: string }

const OVERLAPS: Record<ScheduleDraft['overlap'], RuleWords> = {
  skip: {
    words: 'Leave the slot out',
    follows: 'The slot starts no run. The schedule goes on with the slot after it.',
  },
  wait: {
    words: 'Start when the other run has ended',
    follows: 'One slot waits at a time. Slots that come meanwhile are left out.',
  },
  abort: {
    words: 'Abort the other run, and start',
    follows: 'The other run keeps what it has stored, and does not go on.',
  },
}

const BACKFILLS: Record<ScheduleDraft['backfill'], RuleWords> = {
  none: {
    words: 'Leave them out',
    follows: 'The schedule goes on with its next slot.',
  },
  last: {
    words: 'Start the last one',
    follows: 'One run starts as soon as that is possible, however many slots were missed.',
  },
  all: {
    words: 'Start all of them, up to ten',
    follows: 'A run starts for each missed slot, one after another.',
  },
}

type ScheduleRulesProps = {
  draft: ScheduleDraft
  change: (part: Partial<ScheduleDraft>) => void
}

/** What happens at a slot that cannot simply start its run. */
export function ScheduleRules({ draft, change }: ScheduleRulesProps) {
  return (
    <section aria-labelledby="schedule-rules" className="panel space-y-5 p-5">
      <h2 id="schedule-rules" className="text-lg font-bold">
        What if
      </h2>
      <Choice
        label="A run of the schedule still goes on at a slot"
        value={draft.overlap}
        words={OVERLAPS}
        options={ScheduleView.shape.overlap.options}
        onChange={(overlap) => change({ overlap })}
      />
      <Choice
        label="Slots were missed, because nothing could start them for more than five minutes"
        value={draft.backfill}
        words={BACKFILLS}
        options={ScheduleView.shape.backfill.options}
        onChange={(backfill) => change({ backfill })}
      />
      <Jitter value={draft.jitter_s} onChange={(jitter_s) => change({ jitter_s })} />
    </section>
  )
}

type JitterProps = { value: string; onChange: (value: string) => void }

function Jitter({ value, onChange }: JitterProps) {
  return (
    <label className="block space-y-1">
      <span className="block">Many schedules start at the same time: delay each slot by up to</span>
      <span className="flex items-center gap-2">
        <input
          className="field w-24 tabular-nums"
          type="number"
          min={0}
          max={3600}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
        seconds
      </span>
      <span className="block text-sm text-muted">
        Each slot gets a delay of its own, which the schedule chooses. 0: each run starts at its
        slot.
      </span>
    </label>
  )
}

type ChoiceProps<Value extends string> = {
  label: string
  value: Value
  options: readonly Value[]
  words: Readonly<Record<Value, RuleWords>>
  onChange: (value: Value) => void
}

function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, value, options, words, onChange } = props
  return (
    <div className="space-y-1">
      <label className="block space-y-1">
        <span className="block">{label}</span>
        <select
          className="field w-full max-w-xl"
          value={value}
          onChange={({ target }) => {
            const chosen = options.find((option) => option === target.value)
            if (chosen !== undefined) onChange(chosen)
          }}
        >
          {options.map((option) => (
            <option key={option} value={option}>
              {words[option].words}
            </option>
          ))}
        </select>
      </label>
      <p className="text-sm text-muted" aria-live="polite">
        {words[value].follows}
      </p>
    </div>
  )
}

/** The words for a schedule's rules, as its page shows them. */
export function ruleWords({ overlap, backfill, jitter_s }: ScheduleView): readonly string[] {
  return [
    `If a run still goes on at a slot: ${lower(OVERLAPS[overlap].words)}.`,
    `Missed slots: ${lower(BACKFILLS[backfill].words)}.`,
    ...(jitter_s === 0 ? [] : [`Each slot is delayed by up to ${jitter_s} s.`]),
  ]
}

function lower(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`
}
