import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import type { QuotaName, QuotaView } from '../../src/protocol/quota.ts'
import { OwnerPaused } from '../../src/protocol/run.ts'
import { Badge } from '../parts/badge.tsx'
import { Failure, Skeleton } from '../parts/list-states.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { count, duration, moment } from '../parts/words.ts'
import { post, request } from '../wire/request.ts'

const KEY = ['usage']
const REREAD_MS = 10_000

/** How many runs are at work and wait, the switch that holds all of them back, and the user's limits. */
export default function Usage() {
  const loaded = useQuery({
    queryKey: KEY,
    queryFn: () => request('/api/usage', OwnerPaused),
    refetchInterval: REREAD_MS,
  })
  const { data } = loaded
  return (
    <div className="space-y-6">
      <RunsAtOnce loaded={loaded} />
      {data?.quotas && <Quotas quotas={data.quotas} />}
    </div>
  )
}

function RunsAtOnce({ loaded }: { loaded: UseQueryResult<OwnerPaused> }) {
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
          <UsedBar
            name="Runs at work, of those that may be at work at once"
            used={data.admitted}
            limit={data.runs_at_once}
          />
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
function UsedBar({ name, used, limit }: { name: string; used: number; limit: number }) {
  const percent = limit === 0 ? 0 : Math.min(100, (used / limit) * 100)
  return (
    <div className="h-2.5 max-w-xl overflow-hidden rounded-full bg-sunken">
      <progress
        className="absolute size-px opacity-0"
        aria-label={name}
        max={limit}
        value={Math.min(used, limit)}
      />
      <div aria-hidden className="h-full bg-working-bar" style={{ width: `${percent}%` }} />
    </div>
  )
}

const QUOTA_NAMES: Readonly<Record<QuotaName, string>> = {
  starts: 'Starts of runs in a minute',
  runs_waiting: 'Runs that wait for their turn',
  previews: 'Companies previewed in a minute',
  upload_bytes: 'Megabytes uploaded in a day',
  stored_bytes: 'Megabytes of documents’ files',
}

/** The limits of what the user may use, and when those of a time begin anew. */
function Quotas({ quotas }: { quotas: readonly QuotaView[] }) {
  return (
    <section aria-labelledby="quotas" className="panel space-y-4 p-5">
      <h2 id="quotas" className="text-lg font-bold">
        Limits
      </h2>
      <ul className="space-y-4">
        {quotas.map((quota) => (
          <Quota key={quota.name} quota={quota} />
        ))}
      </ul>
    </section>
  )
}

const MEGABYTE = 1_048_576

function Quota({ quota: { name, used, limit, reset_s } }: { quota: QuotaView }) {
  const shown = (amount: number) =>
    count(name.endsWith('_bytes') ? Math.ceil(amount / MEGABYTE) : amount)
  return (
    <li className="space-y-1">
      <p>{QUOTA_NAMES[name]}</p>
      <UsedBar name={QUOTA_NAMES[name]} used={used} limit={limit} />
      <p className="text-sm text-muted tabular-nums">
        {shown(used)} of {shown(limit)}
        {used > 0 && reset_s !== undefined && <> · begins anew in {duration(reset_s * 1_000)}</>}
      </p>
    </li>
  )
}

function PauseAll({ usage: { paused } }: { usage: OwnerPaused }) {
  const client = useQueryClient()
  const turn = useMutation({
    mutationFn: (call: 'pause' | 'resume') => request(`/api/runs/${call}`, OwnerPaused, post({})),
    onSuccess: (now) => {
      client.setQueryData(KEY, (before?: OwnerPaused) => ({ ...before, ...now }))
    },
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
