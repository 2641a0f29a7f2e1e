import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import { RunNamed } from '../../src/protocol/naming.ts'
import type { RunView } from '../../src/protocol/run.ts'
import { labelChanges, labelText, ownLabels } from '../parts/label-text.ts'
import { Trouble } from '../parts/trouble.tsx'
import { RunLabel } from '../schedules/run-label.tsx'
import { patch, request } from '../wire/request.ts'
import { viewKey } from './run-view.ts'

/** The labels of a run, and the form that changes them and the name. */
export function Naming({ run_id, view, canChange }: NamingProps) {
  const [editing, setEditing] = useState(false)
  if (editing) return <NamingForm run_id={run_id} view={view} onDone={() => setEditing(false)} />
  return (
    <p className="mt-2! flex flex-wrap items-center gap-2 text-sm">
      {Object.entries(view.labels ?? {}).map((label) => (
        <RunLabel key={label[0]} label={label} isShared={!canChange} />
      ))}
      {canChange && (
        <button
          type="button"
          className="cursor-pointer text-accent underline"
          onClick={() => setEditing(true)}
        >
          Rename and label
        </button>
      )}
    </p>
  )
}

type NamingProps = { run_id: RunId; view: RunView; canChange: boolean }

type NamingFormProps = { run_id: RunId; view: RunView; onDone: () => void }

function NamingForm({ run_id, view, onDone }: NamingFormProps) {
  const client = useQueryClient()
  const [name, setName] = useState(view.name ?? '')
  const [labels, setLabels] = useState(() => labelText(ownLabels(view.labels ?? {})))
  const save = useMutation({
    mutationFn: () => {
      const change = {
        name: name.trim() || null,
        labels: labelChanges(ownLabels(view.labels ?? {}), labels),
      }
      return request(`/api/runs/${run_id}`, RunNamed, patch(change))
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: viewKey(run_id) })
      onDone()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form className="panel flex flex-wrap items-end gap-3 p-4" onSubmit={submit}>
      <label className="min-w-0 flex-1 basis-56 text-sm">
        <span className="block text-muted">Name</span>
        <input
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the person asked for this field
          autoFocus
          className="field w-full"
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={({ key }) => key === 'Escape' && onDone()}
        />
      </label>
      <label className="min-w-0 flex-1 basis-56 text-sm">
        <span className="block text-muted">Labels, as team:growth, with commas between them</span>
        <input
          className="field w-full"
          value={labels}
          onChange={(event) => setLabels(event.target.value)}
        />
      </label>
      <button type="submit" className="button button-main" disabled={save.isPending}>
        Save
      </button>
      <button type="button" className="button button-quiet" onClick={onDone}>
        Cancel
      </button>
      {save.error && <Trouble title="The run was not renamed" error={save.error} />}
    </form>
  )
}
