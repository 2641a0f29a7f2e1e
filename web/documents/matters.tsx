import { type FormEvent, useState } from 'react'

import { DocumentPage } from '../../src/protocol/document.ts'
import { Link } from '../link.tsx'
import { useLoaded } from '../loaded.ts'
import { request } from '../request.ts'
import { go, matterPath } from '../route.ts'

/** Opens a matter by its name, which may be new. */
export function Matters() {
  const [matter, setMatter] = useState('')
  const open = (event: FormEvent) => {
    event.preventDefault()
    if (matter.trim() !== '') go(matterPath(matter.trim()))
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
  if (matters.state !== 'done' || matters.value.length === 0) return null
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1" aria-label="Latest matters">
      {matters.value.map((matter) => (
        <li key={matter} className="min-w-0">
          <Link
            to={matterPath(matter)}
            className="line-clamp-2 text-accent underline wrap-anywhere"
          >
            {matter}
          </Link>
        </li>
      ))}
    </ul>
  )
}

/** Reads the matters of the newest documents. */
async function loadMatters(): Promise<readonly string[]> {
  const { documents } = await request('/api/documents?limit=200', DocumentPage)
  return [...new Set(documents.map(({ matter }) => matter))].slice(0, 10)
}
