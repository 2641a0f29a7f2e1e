import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'

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

/** What the tiles lead to. `items`: the owner's postings are not shown. `nothing`: the items of the run were removed. */
export type TileLinks = 'all' | 'items' | 'nothing'

type OutcomeTilesProps = { snapshot: Snapshot; run_id: RunId; links: TileLinks }

/** How the items of an ended run went, each number a link to these items. */
export function OutcomeTiles({ snapshot, run_id, links }: OutcomeTilesProps) {
  const { gone } = snapshot
  // A pipeline without outcomes, as that of documents, has these at zero.
  const hasOutcomes = gone !== undefined || snapshot.new + snapshot.changed + snapshot.unchanged > 0
  // Only a pipeline whose items are postings counts what is gone.
  const hasNews = gone !== undefined && snapshot.new + snapshot.changed + gone > 0
  return (
    <div className="space-y-3">
      <ul aria-label="Outcomes" className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-6">
        {TILES.filter(([, , search]) => hasOutcomes || 'status' in search).map(
          ([name, label, search]) => (
            <Tile
              key={name}
              label={label}
              value={snapshot[name]}
              to={
                links === 'nothing'
                  ? undefined
                  : { to: '.', search: { tab: 'items', ...search }, hash: true }
              }
            />
          ),
        )}
        {gone !== undefined && (
          <Tile
            label="Gone"
            value={gone}
            to={
              links === 'all'
                ? { to: '/postings', search: { changed_since: run_id, status: 'expired' } }
                : undefined
            }
          />
        )}
      </ul>
      {hasNews && links === 'all' && (
        <Link
          to="/postings"
          search={{ changed_since: run_id }}
          className="text-sm text-accent underline"
        >
          Postings that are new, changed or gone since this run began
        </Link>
      )}
    </div>
  )
}

type TileProps = { label: string; value: number; to: LinkProps | undefined }

function Tile({ label, value, to }: TileProps) {
  const look = `block rounded-lg border border-line bg-sunken p-3 ${value === 0 ? 'text-muted' : ''}`
  return (
    <li>
      {to === undefined ? (
        <div className={look}>
          <TileText label={label}>{count(value)}</TileText>
        </div>
      ) : (
        <Link {...to} className={`${look} hover:border-accent`}>
          <TileText label={label}>{count(value)}</TileText>
        </Link>
      )}
    </li>
  )
}

function TileText({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <span className="block text-sm">{label}</span>
      <span className="block text-xl font-semibold tabular-nums">{children}</span>
    </>
  )
}
