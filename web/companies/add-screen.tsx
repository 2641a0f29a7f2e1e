import { Link } from '@tanstack/react-router'
import { type FormEvent, lazy, Suspense, useState } from 'react'

import type { Detection } from '../../src/protocol/detection.ts'
import { Skeleton } from '../parts/list-states.tsx'
import { Screen } from '../parts/screen.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { useView } from '../parts/view.ts'
import { count, countOf } from '../parts/words.ts'
import { AddCompaniesView } from './companies-view.ts'
import { addressesOf, useDetections } from './detections.ts'
import { FoundCompanies } from './found-companies.tsx'
import { companiesOf, type FoundCompany, type GivenNames } from './found-company.ts'

const CsvForm = lazy(() => import('./csv-form.tsx'))

const TRAIL = [{ label: 'Companies', link: { to: '/companies' } }] as const

const ADDRESS = { one: 'address', many: 'addresses' }

const WAYS = [
  [undefined, 'Addresses'],
  ['csv', 'CSV'],
] as const

/** Adds companies by the addresses of their career pages, which a person pastes or has in a CSV, or by a CSV with their sources. */
export function AddScreen() {
  const [{ by }] = useView(AddCompaniesView)
  return (
    <Screen title="Add companies" trail={TRAIL}>
      <nav aria-label="What you have of the companies" className="flex flex-wrap gap-2">
        {WAYS.map(([way, words]) => (
          <Link
            key={words}
            to="."
            search={way === undefined ? {} : { by: way }}
            className="chip"
            aria-current={way === by ? 'true' : undefined}
            activeOptions={{ exact: true, includeSearch: true }}
          >
            {words}
          </Link>
        ))}
      </nav>
      <Adding key={by} by={by} />
    </Screen>
  )
}

/** What was asked about: the address of each company with what a CSV says of the company. */
type AskedCompanies = { readonly number: number; readonly given: readonly GivenNames[] }

function Adding({ by }: { by: 'csv' | undefined }) {
  const { found, state, ask } = useDetections()
  const [{ number, given }, setAsked] = useState<AskedCompanies>({ number: 0, given: [] })
  const asking = state.state === 'asking'
  const look = (companies: readonly GivenNames[]) => {
    setAsked({ number: number + 1, given: companies })
    void ask(companies.flatMap(({ address, source }) => (source ? [] : [address])))
  }
  return (
    <>
      {by === 'csv' ? (
        <Suspense fallback={<Skeleton />}>
          <CsvForm asking={asking} onRead={look} />
        </Suspense>
      ) : (
        <AddressForm asking={asking} onGiven={look} />
      )}
      <output className="block text-muted empty:sr-only">
        {state.state === 'asking' &&
          `${count(found.length)} of ${countOf(state.of, ADDRESS)} looked at`}
      </output>
      {state.state === 'failed' && (
        <Trouble title="The addresses could not be looked at" error={state.error} />
      )}
      <NotFound found={found} given={given} />
      {state.state === 'done' && <Found key={number} companies={companiesOf(found, given)} />}
    </>
  )
}

function Found({ companies }: { companies: readonly FoundCompany[] }) {
  return companies.length === 0 ? null : <FoundCompanies found={companies} />
}

type AddressFormProps = { asking: boolean; onGiven: (given: readonly GivenNames[]) => void }

function AddressForm({ asking, onGiven }: AddressFormProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const text = new FormData(event.currentTarget).get('urls')
    const urls = addressesOf(typeof text === 'string' ? text : '')
    if (urls.length > 0) onGiven(urls.map((address) => ({ address, slug: '', name: '' })))
  }
  return (
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
      <button type="submit" className="button button-main" disabled={asking}>
        {asking ? 'Looking…' : 'Find how they are read'}
      </button>
    </form>
  )
}

type NotFoundProps = { found: readonly Detection[]; given: readonly GivenNames[] }

function NotFound({ found, given }: NotFoundProps) {
  const failed = found.flatMap((one) => (one.status === 'failed' ? [one] : []))
  if (failed.length === 0) return null
  const rows = new Map(given.map(({ address, row }) => [address, row]))
  return (
    <section aria-labelledby="not-found" className="panel space-y-2 p-5">
      <h2 id="not-found" className="text-lg font-bold">
        No way to read was found for {countOf(failed.length, ADDRESS)}
      </h2>
      <ul className="space-y-1">
        {failed.map(({ url, reason }) => (
          <li key={url} className="wrap-anywhere">
            {rows.get(url) !== undefined && `Row ${count(rows.get(url) ?? 0)}, `}
            <code className="text-sm">{url}</code>: {reason.message}
          </li>
        ))}
      </ul>
    </section>
  )
}
