import { useState, type FormEvent } from 'react'

import { Screen } from '../parts/screen.tsx'
import { giveToken, type TokenNeed } from '../wire/token-need.ts'

/** Asks for a token. Shown if the server has no development route that makes tokens. */
export function TokenScreen({ need }: { need: Exclude<TokenNeed, 'none'> }) {
  const [token, setToken] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    giveToken(token.trim())
  }
  return (
    <Screen title="Enter your token">
      <form onSubmit={submit} className="panel max-w-xl space-y-4 p-5">
        {need === 'refused' && (
          <p role="alert" className="font-semibold">
            The server refused the token. It may have expired, or another server issued it.
          </p>
        )}
        <p>This server needs your token. The page keeps the token in this tab only.</p>
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
          Continue
        </button>
      </form>
    </Screen>
  )
}
