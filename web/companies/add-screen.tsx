import { type FormEvent, useState } from 'react'

import type { Detection } from '../../src/protocol/detection.ts'
import { Screen } from '../parts/screen.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { count, countOf } from '../parts/words.ts'
import { addressesOf, useDetections } from './detections.ts'
import { FoundCompanies } from './found-companies.tsx'
import { companiesOf } from './found-company.ts'

const TRAIL = [{ label: 'Companies', link: { to: '/companies' } }] as const

const ADDRESS = { one: 'address', many: 'addresses' }

/** Adds companies by the addresses of their career pages. */
export function AddScreen() {
  const { found, state, ask } = useDetections()
  const [asked, setAsked] = useState(0)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const text = new FormData(event.currentTarget).get('urls')
    const urls = addressesOf(typeof text === 'string' ? text : '')
    if (urls.length === 0) return
    setAsked(asked + 1)
    void ask(urls)
  }
  return (
    <Screen title="Add companies" trail={TRAIL}>
      <form onSubmit={submit} className="panel space-y-3 p-5">
        <label className="block space-y-1">
          <span className="font-semibold">Addresses of career pages, one a line</span>
          <textarea
            name="urls"
            rows={6}
            spellCheck={false}
            className="field w-full font-mono text-sm"
            placeholder={'https://boards.greenhouse.io/acme\nhttps://careers.example.com'}
          />
        </label>
        <button type="submit" className="button button-main" disabled={state.state === 'asking'}>
          {state.state === 'asking' ? 'Looking…' : 'Find how they are read'}
        </button>
      </form>
      <output className="block text-muted empty:sr-only">
        {state.state === 'asking' &&
          `${count(found.length)} of ${countOf(state.of, ADDRESS)} looked at`}
      </output>
      {state.state === 'failed' && (
        <Trouble title="The addresses could not be looked at" error={state.error} />
      )}
      <NotFound found={found} />
      {state.state === 'done' && found.some(({ status }) => status === 'found') && (
        <FoundCompanies key={asked} found={companiesOf(found)} />
      )}
    </Screen>
  )
}

function NotFound({ found }: { found: readonly Detection[] }) {
  const failed = found.flatMap((one) => (one.status === 'failed' ? [one] : []))
  if (failed.length === 0) return null
  return (
    <section aria-labelledby="not-found" className="panel space-y-2 p-5">
      <h2 id="not-found" className="text-lg font-bold">
        No way to read was found for {countOf(failed.length, ADDRESS)}
      </h2>
      <ul className="space-y-1">
        {failed.map(({ url, reason }) => (
          <li key={url} className="wrap-anywhere">
            <code className="text-sm">{url}</code>: {reason.message}
          </li>
        ))}
      </ul>
    </section>
  )
}
