import { useState, type FormEvent } from 'react'

import { Screen } from './screen.tsx'
import { giveToken } from './token.ts'

/** Asks for a token. Shown if the server has no development route that makes tokens. */
export function TokenScreen() {
  const [token, setToken] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    giveToken(token.trim())
  }
  return (
    <Screen title="Who are you?">
      <form onSubmit={submit} className="panel max-w-xl space-y-4 p-5">
        <p>
          This server wants a token, and none is held, or the one held was refused. It stays in this
          tab.
        </p>
        <div className="space-y-1">
          <label htmlFor="token" className="block font-semibold">
            Token (a JWT)
          </label>
          <textarea
            id="token"
            required
            rows={4}
            spellCheck={false}
            autoComplete="off"
            className="field w-full font-mono text-xs break-all"
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        </div>
        <button type="submit" className="button button-main" disabled={token.trim() === ''}>
          Go on
        </button>
      </form>
    </Screen>
  )
}
