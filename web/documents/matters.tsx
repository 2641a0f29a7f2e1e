import { type FormEvent, useState } from 'react'

import type { MatterView } from '../../src/protocol/matter.ts'
import { Link } from '../link.tsx'
import { useLoaded } from '../loaded.ts'
import { go, matterNamePath, matterPath } from '../route.ts'
import { count, countOf } from '../words.ts'
import { readMatters } from './matter.ts'

/** Opens a matter by its name, which may be new. */
export function Matters() {
  const [matter, setMatter] = useState('')
  const open = (event: FormEvent) => {
    event.preventDefault()
    if (matter.trim() !== '') go(matterNamePath(matter.trim()))
  }
  return (
    <section aria-labelledby="matters" className="panel space-y-3 p-5">
      <h2 id="matters" className="text-lg font-bold">
        Documents
      </h2>
      <form className="flex flex-wrap items-end gap-3" onSubmit={open}>
        <label className="min-w-0 flex-1 space-y-1">
          <span className="block text-sm text-muted">A matter, new or existing</span>
          <input
            className="field w-full"
            value={matter}
            maxLength={200}
            placeholder="Smith v. Jones"
            onChange={(event) => setMatter(event.target.value)}
          />
        </label>
        <button type="submit" className="button button-main" disabled={matter.trim() === ''}>
          Open
        </button>
      </form>
      <LatestMatters />
    </section>
  )
}

/** Links to the latest matters. If they cannot be read, a person can still open a matter by its name. */
function LatestMatters() {
  const [matters] = useLoaded(loadMatters)
  if (matters.state !== 'done' || matters.value.matters.length === 0) return null
  return (
    <ul className="divide-y divide-line" aria-label="Latest matters">
      {matters.value.matters.map((matter) => (
        <li key={matter.matter_id} className="flex flex-wrap items-baseline gap-x-3 py-2">
          <Link
            to={matterPath(matter.matter_id)}
            className="line-clamp-2 min-w-0 text-accent underline wrap-anywhere"
          >
            {matter.name}
          </Link>
          <span className="ml-auto text-sm text-muted tabular-nums">{contentOf(matter)}</span>
        </li>
      ))}
    </ul>
  )
}

const loadMatters = () => readMatters(10)

/** Counts the documents of a matter, and those that a person should look at. */
function contentOf({ documents, notices }: MatterView): string {
  const { failed = 0 } = documents.by_status
  return [
    countOf(documents.total, 'document'),
    failed === 0 ? '' : `${count(failed)} failed`,
    notices === 0 ? '' : countOf(notices, 'notice'),
  ]
    .filter(Boolean)
    .join(' · ')
}
