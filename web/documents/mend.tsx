import { type FormEvent, useState } from 'react'
import { z } from 'zod'

import type { DocumentView } from '../../src/protocol/document.ts'
import { useMendable } from '../parts/nouns.ts'
import { Trouble } from '../parts/trouble.tsx'
import { post, request } from '../wire/request.ts'

const LOCKED = ['encrypted', 'wrong_password']
const Done = z.object({ document_id: z.string() })

type MendProps = { document: DocumentView; code: string | undefined; onMended: () => void }
type Ask = (route: string, init: RequestInit) => Promise<void>

/** What a person can do about a failed document: enter its password, give another file, or remove it. */
export function Mend({ document, code = '', onMended }: MendProps) {
  const { name, document_id } = document
  // The same file would fail again with a code that its owner has to mend.
  const mendable = useMendable('documents')
  const [busy, error, ask] = useAsk(document_id, onMended)
  return (
    <div className="mt-2 space-y-2">
      {LOCKED.includes(code) && (
        <Password
          {...{ name, busy }}
          onPassword={(password) => void ask('/retry', post({ password }))}
        />
      )}
      <div className="flex flex-wrap gap-2">
        {!mendable.includes(code) && (
          <button
            type="button"
            className="button button-quiet text-sm"
            disabled={busy}
            onClick={() => void ask('/retry', post({}))}
          >
            Try again
          </button>
        )}
        <AnotherFile {...{ name, busy, ask }} />
        <button
          type="button"
          className="button button-quiet text-sm"
          aria-label={`Remove ${name}`}
          disabled={busy}
          onClick={() => void ask('', { method: 'DELETE' })}
        >
          Remove
        </button>
      </div>
      {busy && <output className="block text-sm">One moment…</output>}
      {error !== undefined && <Trouble title="The document was not changed" error={error} />}
    </div>
  )
}

function useAsk(document_id: string, onDone: () => void): [boolean, unknown, Ask] {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const ask: Ask = async (route, init) => {
    setBusy(true)
    setError(undefined)
    try {
      await request(`/api/documents/${document_id}${route}`, Done, init)
      onDone()
    } catch (failure) {
      setError(failure)
    }
    setBusy(false)
  }
  return [busy, error, ask]
}

function AnotherFile({ name, busy, ask }: { name: string; busy: boolean; ask: Ask }) {
  const replace = (file: File) =>
    ask(`/file?${new URLSearchParams({ name: file.name })}`, { method: 'PUT', body: file })
  return (
    <label className="button button-quiet relative text-sm focus-within:outline-2 focus-within:outline-accent">
      Another file
      <input
        type="file"
        className="absolute inset-0 cursor-pointer opacity-0"
        aria-label={`Another file for ${name}`}
        disabled={busy}
        onChange={(event) => {
          const [file] = event.target.files ?? []
          event.target.value = ''
          if (file) void replace(file)
        }}
      />
    </label>
  )
}

function Password(props: { name: string; busy: boolean; onPassword: (password: string) => void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const password = new FormData(event.currentTarget).get('password')
    if (typeof password === 'string' && password !== '') props.onPassword(password)
  }
  return (
    <form className="flex flex-wrap gap-2" onSubmit={submit}>
      <input
        type="password"
        name="password"
        aria-label={`Password of ${props.name}`}
        placeholder="Password"
        autoComplete="off"
        className="field min-w-0 flex-1"
      />
      <button type="submit" className="button button-quiet text-sm" disabled={props.busy}>
        Unlock
      </button>
    </form>
  )
}
