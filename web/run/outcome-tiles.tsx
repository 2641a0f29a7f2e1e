import { Link } from '@tanstack/react-router'

import type { RunId } from '../../src/protocol/ids.ts'
import type { Snapshot } from '../../src/protocol/run.ts'
import { count } from '../parts/words.ts'

const TILES = [
  ['new', 'New', { outcome: 'new' }],
  ['changed', 'Changed', { outcome: 'changed' }],
  ['unchanged', 'Unchanged', { outcome: 'unchanged' }],
  ['failed', 'Failed', { status: 'failed' }],
  ['skipped', 'Skipped', { status: 'skipped' }],
] as const

/** How the items of an ended run went, each number a link to these items. The stored postings are the owner's. */
type OutcomeTilesProps = { snapshot: Snapshot; run_id: RunId; isShared: boolean }

export function OutcomeTiles({ snapshot, run_id, isShared }: OutcomeTilesProps) {
  const { gone } = snapshot
  // A pipeline without outcomes, as that of documents, has these at zero.
  const hasOutcomes = gone !== undefined || snapshot.new + snapshot.changed + snapshot.unchanged > 0
  return (
    <ul aria-label="Outcomes" className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-6">
      {TILES.filter(([, , search]) => hasOutcomes || 'status' in search).map(
        ([name, label, search]) => (
          <li key={name}>
            <Link
              to="."
              search={{ tab: 'items', ...search }}
              hash
              className={`panel block p-3 hover:border-accent ${snapshot[name] === 0 ? 'text-muted' : ''}`}
            >
              <span className="block text-sm">{label}</span>
              <span className="block text-xl font-semibold tabular-nums">
                {count(snapshot[name])}
              </span>
            </Link>
          </li>
        ),
      )}
      {gone !== undefined && !isShared && (
        <li>
          <Link
            to="/postings"
            search={{ changed_since: run_id, status: 'expired' }}
            className={`panel block p-3 hover:border-accent ${gone === 0 ? 'text-muted' : ''}`}
          >
            <span className="block text-sm">Gone</span>
            <span className="block text-xl font-semibold tabular-nums">{count(gone)}</span>
          </Link>
        </li>
      )}
    </ul>
  )
}
