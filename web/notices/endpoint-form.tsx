import { type FormEvent, useState } from 'react'

import { Check } from '../parts/check.tsx'
import { Trouble } from '../parts/trouble.tsx'
import type { EndpointDraft } from './endpoint-draft.ts'
import { RuleFields } from './rule-fields.tsx'

type EndpointFormProps = {
  initial: EndpointDraft
  /** What the button says, also while it waits, and what an error says was not done. */
  words: { readonly save: string; readonly saving: string; readonly failed: string }
  saving: boolean
  error: unknown
  onSave: (draft: EndpointDraft) => void
  onClose: () => void
}

/** The fields of an endpoint. */
export function EndpointForm({
  initial,
  words,
  saving,
  error,
  onSave,
  onClose,
}: EndpointFormProps) {
  const [draft, setDraft] = useState(initial)
  const change = (part: Partial<EndpointDraft>) => setDraft((now) => ({ ...now, ...part }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSave(draft)
  }
  return (
    <form className="space-y-4" onSubmit={submit}>
      <AddressFields draft={draft} change={change} />
      <RuleFields draft={draft} change={change} />
      {error !== null && error !== undefined && <Trouble title={words.failed} error={error} />}
      <div className="flex flex-wrap justify-end gap-3">
        <button type="button" className="button button-quiet" onClick={onClose}>
          Cancel
        </button>
        <button
          type="submit"
          className="button button-main"
          disabled={saving || (!draft.recovered && draft.events.length === 0)}
        >
          {saving ? words.saving : words.save}
        </button>
      </div>
    </form>
  )
}

type AddressFieldsProps = {
  draft: EndpointDraft
  change: (part: Partial<EndpointDraft>) => void
}

function AddressFields({ draft, change }: AddressFieldsProps) {
  return (
    <>
      <label className="block space-y-1">
        <span className="block text-sm text-muted">Address</span>
        <input
          type="url"
          required
          maxLength={2_000}
          placeholder="https://hooks.example.com/runcast"
          className="field w-full"
          value={draft.url}
          onChange={(event) => change({ url: event.target.value })}
        />
      </label>
      <label className="block space-y-1">
        <span className="block text-sm text-muted">What it is for, if you like</span>
        <input
          maxLength={200}
          className="field w-full"
          value={draft.description}
          onChange={(event) => change({ description: event.target.value })}
        />
      </label>
      <Check
        label="It is an incoming webhook of Slack"
        checked={draft.isSlack}
        onChange={(isSlack) => change({ isSlack })}
      />
    </>
  )
}
