import { type FormEvent, useState } from 'react'

import { MatterView } from '../../src/protocol/matter.ts'
import { ShareButton } from '../parts/share-button.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { download, patch, request } from '../wire/request.ts'

type MatterActionsProps = { matter: MatterView; onRenamed: () => void }

/** What a person can do with a matter: rename it, take it along, and let others read it. */
export function MatterActions({ matter, onRenamed }: MatterActionsProps) {
  const [renaming, setRenaming] = useState(false)
  const renamed = () => {
    setRenaming(false)
    onRenamed()
  }
  if (renaming)
    return <Rename matter={matter} onRenamed={renamed} onCancel={() => setRenaming(false)} />
  return (
    <div className="flex flex-wrap items-center gap-2">
      <button
        type="button"
        className="button button-quiet text-sm"
        onClick={() => setRenaming(true)}
      >
        Rename
      </button>
      {matter.documents.total > 0 && <Export matter={matter} />}
      <ShareButton shared={{ kind: 'matter', matter_id: matter.matter_id }} look="text-sm" />
    </div>
  )
}

type RenameProps = MatterActionsProps & { onCancel: () => void }

function Rename({ matter, onRenamed, onCancel }: RenameProps) {
  const [error, setError] = useState<unknown>()
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const name = new FormData(event.currentTarget).get('name')
    try {
      await request(`/api/matters/${matter.matter_id}`, MatterView, patch({ name }))
      onRenamed()
    } catch (failure) {
      setError(failure)
    }
  }
  return (
    <form
      className="flex w-full flex-wrap gap-2 sm:w-auto"
      onSubmit={(event) => void submit(event)}
    >
      <input
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the person asked for this field
        autoFocus
        name="name"
        aria-label="New name of the matter"
        defaultValue={matter.name}
        maxLength={200}
        required
        onKeyDown={({ key }) => key === 'Escape' && onCancel()}
        className="field min-w-0 flex-1"
      />
      <button type="submit" className="button button-main text-sm">
        Save
      </button>
      <button type="button" className="button button-quiet text-sm" onClick={onCancel}>
        Cancel
      </button>
      {error !== undefined && <Trouble title="The matter was not renamed" error={error} />}
    </form>
  )
}

/** Downloads the ZIP of the matter. */
function Export({ matter: { matter_id, name } }: { matter: MatterView }) {
  const [state, setState] = useState<'idle' | 'busy' | { readonly error: unknown }>('idle')
  const start = async () => {
    setState('busy')
    try {
      await download(`/api/documents/export?matter_id=${matter_id}`, `${name}.zip`)
      setState('idle')
    } catch (error) {
      setState({ error })
    }
  }
  return (
    <>
      <button
        type="button"
        className="button button-quiet text-sm"
        disabled={state === 'busy'}
        onClick={() => void start()}
      >
        {state === 'busy' ? 'Exporting…' : 'Export'}
      </button>
      {typeof state === 'object' && (
        <Trouble title="The matter was not exported" error={state.error} />
      )}
    </>
  )
}
