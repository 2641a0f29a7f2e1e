import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import type { RunState } from '../../src/client/react.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { RunRetried } from '../../src/protocol/run.ts'
import { groupTitle } from '../parts/names.ts'
import { useNouns } from '../parts/nouns.ts'
import { Trouble } from '../parts/trouble.tsx'
import { count, countOf } from '../parts/words.ts'
import { post, request } from '../wire/request.ts'
import { adviceFor } from './advice.ts'
import { type FailureKind, failuresOf } from './failures.ts'
import { useFollowed, useReconnect } from './followed.ts'
import { itemText } from './item-rows.ts'

const SHOWN = 8

/** What failed in a run, by the kind of the failure: what can be done, and a retry of these alone. */
export function FailureList({ run_id, canRetry }: { run_id: RunId; canRetry: boolean }) {
  const run = useFollowed(run_id, ({ run: now }: RunState) => now)
  const kinds = failuresOf(run)
  if (kinds.length === 0) return null
  return (
    <section aria-labelledby="failures" className="panel space-y-3 p-5">
      <h2 id="failures" className="text-lg font-bold">
        Problems
      </h2>
      <ul className="divide-y divide-line">
        {kinds.map((kind) => (
          <Kind key={kind.code} {...{ run_id, kind, canRetry }} groups={run.groups} />
        ))}
      </ul>
    </section>
  )
}

type KindProps = {
  run_id: RunId
  kind: FailureKind
  canRetry: boolean
  groups: RunState['run']['groups']
}

function Kind({ run_id, kind, canRetry, groups }: KindProps) {
  const { group, job } = useNouns()
  const { code } = kind
  const counts = [
    kind.groups.length === 0 ? '' : countOf(kind.groups.length, group),
    kind.jobs.length === 0 ? '' : countOf(kind.jobs.length, job),
  ].filter(Boolean)
  return (
    <li className="py-3 first:pt-0 last:pb-0">
      <details>
        <summary className="cursor-pointer wrap-anywhere">
          <span className="font-semibold">{code.replaceAll('_', ' ')}</span> · {counts.join(', ')}
        </summary>
        <div className="mt-2 space-y-2 pl-4 text-sm">
          <p>{adviceFor(code)}</p>
          <ul className="space-y-1">
            {kind.groups.slice(0, SHOWN).map((one) => (
              <li key={one.group} className="wrap-anywhere">
                {groupTitle({ groups }, one.group)}: {one.message}
              </li>
            ))}
            {kind.jobs.slice(0, SHOWN).map((one) => (
              <li key={`${one.group} ${one.external_id}`} className="wrap-anywhere">
                <Link
                  to="."
                  search={{ tab: 'items', item: itemText(one) }}
                  hash
                  className="text-accent underline"
                >
                  {one.title || one.external_id}
                </Link>
                : {one.message}
              </li>
            ))}
          </ul>
          <More kind={kind} />
          {canRetry && <RetryThese run_id={run_id} kind={kind} />}
        </div>
      </details>
    </li>
  )
}

function More({ kind: { groups, jobs } }: { kind: FailureKind }) {
  const more = Math.max(0, groups.length - SHOWN) + Math.max(0, jobs.length - SHOWN)
  return more === 0 ? null : <p className="text-muted">and {count(more)} more</p>
}

/** The API opens groups or jobs at a call. */
function RetryThese({ run_id, kind: { groups, jobs } }: { run_id: RunId; kind: FailureKind }) {
  const reconnect = useReconnect(run_id)
  const retry = useMutation({
    mutationFn: async () => {
      const choices = [
        ...(groups.length === 0 ? [] : [{ groups: groups.map(({ group }) => group) }]),
        ...(jobs.length === 0
          ? []
          : [{ jobs: jobs.map(({ group, external_id }) => ({ group, external_id })) }]),
      ]
      for (const choice of choices)
        await request(`/api/runs/${run_id}/retry`, RunRetried, post(choice))
    },
    onSuccess: reconnect,
  })
  return (
    <>
      <button
        type="button"
        className="button button-quiet text-sm"
        disabled={retry.isPending}
        onClick={() => retry.mutate()}
      >
        {retry.isPending ? 'Asking…' : 'Retry these'}
      </button>
      {retry.error && <Trouble title="These were not retried" error={retry.error} />}
    </>
  )
}
