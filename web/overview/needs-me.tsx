import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { RunPage } from '../../src/protocol/run.ts'
import { Ago } from '../parts/ago.tsx'
import { listedName } from '../parts/names.ts'
import { useNounsOf } from '../parts/nouns.ts'
import { countOf } from '../parts/words.ts'
import { request } from '../wire/request.ts'
import { withSeen } from '../wire/seen.ts'

const DAYS = 7
const SHOWN = '5'

export function useTroubledRuns() {
  return useQuery({
    queryKey: ['runs', 'troubled'],
    queryFn: () => {
      const started_since = new Date(Date.now() - DAYS * 86_400_000).toISOString().slice(0, 10)
      const query = withSeen({ status: 'with_problems', started_since, limit: SHOWN })
      return request(`/api/runs?${query}`, RunPage)
    },
    refetchOnMount: 'always',
  })
}

/** The runs of the last days that ended with problems. Nothing is shown where there are none. */
export function NeedsMe() {
  const nounsOf = useNounsOf()
  const { data } = useTroubledRuns()
  if (data === undefined || data.runs.length === 0) return null
  return (
    <section aria-labelledby="needs-me" className="panel p-5">
      <h2 id="needs-me" className="mb-2 text-lg font-bold">
        Finished with problems
      </h2>
      <ul className="divide-y divide-line">
        {data.runs.map((run) => (
          <li key={run.run_id} className="flex flex-wrap items-baseline gap-x-3 py-2">
            <Link
              to="/runs/$run_id"
              params={{ run_id: run.run_id }}
              className="line-clamp-2 min-w-0 text-accent underline wrap-anywhere"
            >
              {listedName(run, nounsOf)}
            </Link>
            <span className="text-sm text-skipped-ink">
              {[
                run.problems.groups === 0
                  ? ''
                  : countOf(run.problems.groups, nounsOf(run.pipeline).group),
                run.problems.jobs === 0
                  ? ''
                  : countOf(run.problems.jobs, nounsOf(run.pipeline).job),
              ]
                .filter(Boolean)
                .join(', ')}{' '}
              failed
            </span>
            <span className="ml-auto text-sm text-muted">
              <Ago time={run.created_at} />
            </span>
          </li>
        ))}
      </ul>
      <Link
        to="/runs"
        search={{ status: 'with_problems' }}
        className="text-sm text-accent underline"
      >
        All runs with problems
      </Link>
    </section>
  )
}
