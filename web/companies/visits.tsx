import { Link } from '@tanstack/react-router'
import { useState } from 'react'

import type { VisitView } from '../../src/protocol/visit.ts'
import { Ago } from '../parts/ago.tsx'
import { Badge } from '../parts/badge.tsx'
import { Empty, Failure, Skeleton } from '../parts/list-states.tsx'
import { countOf, duration } from '../parts/words.ts'
import { useVisits } from './stored-companies.ts'
import { proofWords, visitWords } from './visit-words.ts'

const STEP = 20
const MOST = 100

/** How the job list was read each time, the newest time first. */
export function Visits({ slug }: { slug: string }) {
  const [limit, setLimit] = useState(STEP)
  const loaded = useVisits(slug, limit)
  const visits = loaded.data?.visits ?? []
  return (
    <div className="space-y-4">
      <Failure what="The visits" loaded={loaded} />
      {loaded.isPending && <Skeleton />}
      {loaded.data && visits.length === 0 && (
        <Empty title="Never visited">
          <p className="text-muted">A run over this company reads its job list.</p>
        </Empty>
      )}
      {visits.length > 0 && (
        <ol aria-label="Visits" className="panel divide-y divide-line">
          {visits.map((visit) => (
            <Visit key={visit.visit} visit={visit} />
          ))}
        </ol>
      )}
      {loaded.data?.next_cursor && limit < MOST && (
        <button
          type="button"
          className="button button-quiet w-full text-sm"
          onClick={() => setLimit(Math.min(MOST, limit + STEP))}
        >
          Show more
        </button>
      )}
    </div>
  )
}

function Visit({ visit }: { visit: VisitView }) {
  const { run_id, started_at, ended_at, certificate, gone } = visit
  const { tone, words } = visitWords(visit)
  return (
    <li className="space-y-1 p-4">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={tone}>{words}</Badge>
        <Ago time={started_at} />
        {ended_at !== null && (
          <span className="text-sm text-muted tabular-nums">
            in {duration(Date.parse(ended_at) - Date.parse(started_at))}
          </span>
        )}
        <Link
          to="/runs/$run_id"
          params={{ run_id }}
          className="ml-auto text-sm text-accent underline"
        >
          Its run
        </Link>
      </p>
      {certificate && (
        <p className="text-sm text-muted wrap-anywhere">
          {countOf(certificate.unique, 'posting')}
          {certificate.claimed !== null && ` of ${certificate.claimed} that the source claims`}
          {` from ${countOf(certificate.answers, 'answer')}`}
          {gone > 0 && `, ${countOf(gone, 'posting')} missing`}
          {`; ${proofWords(visit)}`}
        </p>
      )}
      {certificate?.fallen?.map(({ field, usual, share }) => (
        <p key={field} className="text-sm wrap-anywhere text-skipped-ink">
          {field.replaceAll('_', ' ')}: {percent(share)} of the postings have it, usually{' '}
          {percent(usual)}
        </p>
      ))}
    </li>
  )
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
