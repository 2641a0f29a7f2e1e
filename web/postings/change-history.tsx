import { Link } from '@tanstack/react-router'

import type { PostingHistory } from '../../src/protocol/posting.ts'
import { Ago } from '../parts/ago.tsx'
import { Failure } from '../parts/list-states.tsx'
import type { PostingAddress } from './postings-view.ts'
import { usePostingHistory } from './stored-posting.ts'

/** What changed of a posting, field by field, the newest change first. */
export function ChangeHistory({ of }: { of: PostingAddress }) {
  const loaded = usePostingHistory(of)
  const { data } = loaded
  if (loaded.error) return <Failure what="The history" loaded={loaded} />
  if (data === undefined) return null
  return (
    <section aria-labelledby="posting-history" className="space-y-2">
      <h3 id="posting-history" className="font-bold">
        What changed
      </h3>
      {data.changes.length === 0 && (
        <p className="text-sm text-muted">Nothing since it was first seen.</p>
      )}
      <ol className="space-y-3">
        {data.changes.map((change) => (
          <Change key={`${change.at} ${change.run_id}`} change={change} />
        ))}
      </ol>
      {!data.complete && <p className="text-sm text-muted">Older changes are not shown.</p>}
    </section>
  )
}

function Change({ change }: { change: PostingHistory['changes'][number] }) {
  const { at, run_id, kind, fields } = change
  return (
    <li className="border-l-2 border-line pl-3 text-sm">
      <p>
        <span className="font-semibold">{kind === 'reopened' ? 'Listed again' : 'Changed'}</span>{' '}
        <Ago time={at} />,{' '}
        <Link to="/runs/$run_id" params={{ run_id }} className="text-accent underline">
          by this run
        </Link>
      </p>
      <dl>
        {Object.entries(fields).map(([field, { before, after }]) => (
          <div key={field} className="mt-1">
            <dt className="text-muted">{field.replaceAll('_', ' ')}</dt>
            <dd className="wrap-anywhere">
              <del className="text-failed-ink">{valueText(before)}</del>{' '}
              <ins className="text-ready-ink no-underline">{valueText(after)}</ins>
            </dd>
          </div>
        ))}
      </dl>
    </li>
  )
}

const SHOWN_CHARACTERS = 300

function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
}
