import { type FormEvent, type ReactNode, useState } from 'react'

import { Trouble } from '../parts/trouble.tsx'
import type { ScheduleDraft } from './schedule-draft.ts'
import { ScheduleRules } from './schedule-rules.tsx'
import { SlotsAhead } from './slots-ahead.tsx'
import { WhatFields } from './what-fields.tsx'
import { WhenFields } from './when-fields.tsx'

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
        <label className="block max-w-xl space-y-1">
          <span className="block text-sm text-muted">
            Labels of its runs, as team:growth, with commas between them
          </span>
          <input
            className="field w-full"
            value={draft.labels}
            onChange={(event) => change({ labels: event.target.value })}
          />
        </label>
      </section>
      <WhatFields what={draft.what} change={(what) => change({ what })} />
      <WhenFields when={draft.when} change={(when) => change({ when })}>
        <SlotsAhead when={draft.when} jitter_s={draft.jitter_s} />
      </WhenFields>
      <ScheduleRules draft={draft} change={change} />
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
