import { type FormEvent, type ReactNode, useState } from 'react'

import { ScheduleView } from '../../src/protocol/schedule.ts'
import { Trouble } from '../parts/trouble.tsx'
import type { ScheduleDraft } from './schedule-draft.ts'
import { WhatFields } from './what-fields.tsx'
import { WhenFields } from './when-fields.tsx'

const OVERLAPS: Record<ScheduleDraft['overlap'], string> = {
  skip: 'Leave the slot out',
  wait: 'Start when the other run has ended',
  abort: 'Abort the other run, and start',
}

const BACKFILLS: Record<ScheduleDraft['backfill'], string> = {
  none: 'Leave them out',
  last: 'Start the last one',
  all: 'Start all of them, up to ten',
}

type ScheduleFormProps = {
  initial: ScheduleDraft
  /** What the button says, and what an error says was not done. */
  words: { readonly save: string; readonly failed: string }
  saving: boolean
  error: unknown
  onSave: (draft: ScheduleDraft) => void
  children?: ReactNode
}

/** The fields of a schedule. `children`: further buttons. */
export function ScheduleForm(props: ScheduleFormProps) {
  const { initial, words, saving, error, onSave, children } = props
  const [draft, setDraft] = useState(initial)
  const change = (part: Partial<ScheduleDraft>) => setDraft((now) => ({ ...now, ...part }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSave(draft)
  }
  return (
    <form onSubmit={submit} className="space-y-6" aria-label="Schedule">
      <section aria-labelledby="schedule-name" className="panel space-y-3 p-5">
        <h2 id="schedule-name" className="text-lg font-bold">
          Name
        </h2>
        <input
          aria-labelledby="schedule-name"
          className="field w-full max-w-xl"
          required
          maxLength={200}
          placeholder="Nightly"
          value={draft.name}
          onChange={(event) => change({ name: event.target.value })}
        />
        <p className="text-sm text-muted">Its runs get this name.</p>
      </section>
      <WhatFields what={draft.what} change={(what) => change({ what })} />
      <WhenFields when={draft.when} change={(when) => change({ when })} />
      <Rules draft={draft} change={change} />
      {error !== null && error !== undefined && <Trouble title={words.failed} error={error} />}
      <div className="flex flex-wrap gap-3">
        <button type="submit" className="button button-main" disabled={saving}>
          {saving ? 'Saving…' : words.save}
        </button>
        {children}
      </div>
    </form>
  )
}

type RulesProps = { draft: ScheduleDraft; change: (part: Partial<ScheduleDraft>) => void }

function Rules({ draft, change }: RulesProps) {
  return (
    <section aria-labelledby="schedule-rules" className="panel space-y-4 p-5">
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
        label="Slots were missed, because nothing could start them"
        value={draft.backfill}
        words={BACKFILLS}
        options={ScheduleView.shape.backfill.options}
        onChange={(backfill) => change({ backfill })}
      />
      <label className="block space-y-1">
        <span className="block">
          Many schedules start at the same time: delay each slot by up to
        </span>
        <span className="flex items-center gap-2">
          <input
            className="field w-24 tabular-nums"
            type="number"
            min={0}
            max={3600}
            value={draft.jitter_s}
            onChange={(event) => change({ jitter_s: event.target.value })}
          />
          seconds
        </span>
      </label>
    </section>
  )
}

type ChoiceProps<Value extends string> = {
  label: string
  value: Value
  options: readonly Value[]
  words: Readonly<Record<Value, string>>
  onChange: (value: Value) => void
}

function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, value, options, words, onChange } = props
  return (
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
            {words[option]}
          </option>
        ))}
      </select>
    </label>
  )
}

/** The words for a schedule's rules, as its page shows them. */
export function ruleWords({ overlap, backfill, jitter_s }: ScheduleView): readonly string[] {
  return [
    `If a run still goes on at a slot: ${lower(OVERLAPS[overlap])}.`,
    `Missed slots: ${lower(BACKFILLS[backfill])}.`,
    ...(jitter_s === 0 ? [] : [`Each slot is delayed by up to ${jitter_s} s.`]),
  ]
}

function lower(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`
}
