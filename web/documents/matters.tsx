import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'

import type { MatterView } from '../../src/protocol/matter.ts'
import { Failure } from '../parts/list-states.tsx'
import { count, countOf } from '../parts/words.ts'
import { readMatters } from './matter.ts'

/** Opens a matter by its name, which may be new. */
export function Matters() {
  const [matter, setMatter] = useState('')
  const navigate = useNavigate()
  const open = (event: FormEvent) => {
    event.preventDefault()
    if (matter.trim() !== '') void navigate({ to: '/matters', search: { name: matter.trim() } })
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
  const matters = useQuery({
    queryKey: ['matters', 'latest'],
    queryFn: () => readMatters(10),
    refetchOnMount: 'always',
  })
  const latest = matters.data?.matters ?? []
  return (
    <>
      <Failure what="The latest matters" loaded={matters} />
      {latest.length > 0 && <MatterRows matters={latest} />}
    </>
  )
}

function MatterRows({ matters }: { matters: readonly MatterView[] }) {
  return (
    <ul className="divide-y divide-line" aria-label="Latest matters">
      {matters.map((matter) => (
        <li key={matter.matter_id} className="flex flex-wrap items-baseline gap-x-3 py-2">
          <Link
            to="/matters/$matter"
            params={{ matter: matter.matter_id }}
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
