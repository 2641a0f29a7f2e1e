import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { OwnerPaused } from '../../src/protocol/run.ts'
import { Badge } from '../parts/badge.tsx'
import { Failure, Skeleton } from '../parts/list-states.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { count, moment } from '../parts/words.ts'
import { post, request } from '../wire/request.ts'

const KEY = ['usage']
const REREAD_MS = 10_000

/** How many runs are at work and wait, and the switch that holds all of them back. */
export default function Usage() {
  const loaded = useQuery({
    queryKey: KEY,
    queryFn: () => request('/api/usage', OwnerPaused),
    refetchInterval: REREAD_MS,
  })
  const { data } = loaded
  return (
    <section aria-labelledby="usage" className="panel space-y-4 p-5">
      <h2 id="usage" className="text-lg font-bold">
        Runs at once
      </h2>
      <Failure what="The use" loaded={loaded} />
      {loaded.isPending && <Skeleton rows={2} />}
      {data && (
        <>
          <Bar at={data.admitted} most={data.runs_at_once} />
          <p className="tabular-nums">
            {count(data.admitted)} of {count(data.runs_at_once)} at work
            {data.waiting > 0 && <> · {count(data.waiting)} waiting for their turn</>}{' '}
            <Link to="/runs" className="text-accent underline">
              All runs
            </Link>
          </p>
          <PauseAll usage={data} />
        </>
      )}
    </section>
  )
}

/** How much of a limit is used. */
function Bar({ at, most }: { at: number; most: number }) {
  const percent = most === 0 ? 0 : Math.min(100, (at / most) * 100)
  return (
    <div className="h-2.5 max-w-xl overflow-hidden rounded-full bg-sunken">
      <progress
        className="absolute size-px opacity-0"
        aria-label="Runs at work, of those that may be at work at once"
        max={most}
        value={Math.min(at, most)}
      />
      <div aria-hidden className="h-full bg-working-bar" style={{ width: `${percent}%` }} />
    </div>
  )
}

function PauseAll({ usage: { paused } }: { usage: OwnerPaused }) {
  const client = useQueryClient()
  const turn = useMutation({
    mutationFn: (call: 'pause' | 'resume') => request(`/api/runs/${call}`, OwnerPaused, post({})),
    onSuccess: (now) => client.setQueryData(KEY, now),
  })
  return (
    <div className="space-y-3">
      {paused && (
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone="pending">paused</Badge>
          All runs are paused, by {paused.by} on {moment(paused.at)}. Runs that are started now wait
          too.
        </p>
      )}
      <button
        type="button"
        className="button button-quiet"
        disabled={turn.isPending}
        onClick={() => turn.mutate(paused ? 'resume' : 'pause')}
      >
        {paused ? 'Resume all runs' : 'Pause all runs'}
      </button>
      {turn.error && <Trouble title="The runs were not changed" error={turn.error} />}
    </div>
  )
}
