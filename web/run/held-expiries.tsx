import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import { z } from 'zod'

import { ExpiryView } from '../../src/protocol/expiry.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { groupTitle } from '../parts/names.ts'
import { Trouble } from '../parts/trouble.tsx'
import { count, countOf } from '../parts/words.ts'
import { post, request } from '../wire/request.ts'
import { sendLater, sendNow, takeBack, UNDO_MS, useWaiting } from '../wire/undoable.ts'
import { useFollowed } from './followed.ts'

const Expiries = z.object({ expiries: z.array(ExpiryView) })

/** The expiries of an ended run, with the decisions that were made on this page. */
export type RunExpiries = {
  readonly loaded: Pick<UseQueryResult, 'error'>
  readonly expiries: readonly ExpiryView[]
  /** The number of expiries that wait for a decision. */
  readonly held: number
  readonly reload: () => void
  readonly decided: (expiry: ExpiryView) => void
}

/** Loads the run's expiries at each end, which a cursor names. A run's state does not have them. */
export function useExpiries(run_id: RunId, end: string | undefined): RunExpiries {
  const client = useQueryClient()
  const read = useQuery({
    queryKey: ['run', run_id, 'expiries', end],
    queryFn: async () => {
      const { expiries } = await request(`/api/runs/${run_id}/expiry`, Expiries)
      return expiries.filter(isHeld)
    },
    enabled: end !== undefined,
    // A decision stays on the page, beside the expiries that were held when the page opened.
    staleTime: Infinity,
    gcTime: 0,
  })
  const current = read.data ?? []
  return {
    loaded: read,
    expiries: current,
    held: current.filter(isHeld).length,
    reload: () => void read.refetch(),
    // The page may have been left and opened again before the decision was sent, so the shown list is changed.
    decided: (expiry) =>
      client.setQueriesData<readonly ExpiryView[]>(
        { queryKey: ['run', run_id, 'expiries'] },
        (known) => known?.map((one) => (nameOf(one) === nameOf(expiry) ? expiry : one)),
      ),
  }
}

/**
 * Lets a person decide about held expiries: so many postings were missing at once that they expire only if a
 * person agrees (PLAN-4).
 */
export function HeldExpiries({ run_id, expiries }: { run_id: RunId; expiries: RunExpiries }) {
  const { loaded, reload, decided } = expiries
  if (loaded.error)
    return (
      <Trouble title="The held expiries could not be read" error={loaded.error} onRetry={reload} />
    )
  if (expiries.expiries.length === 0) return null
  return (
    <section aria-labelledby="expiries" className="panel space-y-4 p-5">
      <h2 id="expiries" className="text-lg font-bold">
        Gone from their listing
      </h2>
      <p className="text-muted">
        When so many postings disappear at once, the listing may be wrong. They stay open until you
        decide.
      </p>
      <ul className="divide-y divide-line">
        {expiries.expiries.map((expiry) => (
          <HeldExpiry key={expiry.company} run_id={run_id} expiry={expiry} onDecided={decided} />
        ))}
      </ul>
    </section>
  )
}

/** Identifies an expiry. After a retry a run may have several of the same company. */
function nameOf({ company, visit }: ExpiryView): string {
  return `${company} ${visit}`
}

function isHeld({ status }: ExpiryView): boolean {
  return status === 'held'
}

type HeldProps = { run_id: RunId; expiry: ExpiryView; onDecided: RunExpiries['decided'] }

function HeldExpiry({ run_id, expiry, onDecided }: HeldProps) {
  const [error, setError] = useState<unknown>()
  const { company, gone, open, sample } = expiry
  const title = useFollowed(run_id, ({ run }) => groupTitle(run, company))
  const key = `${run_id} ${nameOf(expiry)}`
  const waiting = useWaiting(key)

  const send = async (apply: boolean) => {
    try {
      const body = { ...post({ company, apply }), keepalive: true }
      onDecided(await request(`/api/runs/${run_id}/expiry`, ExpiryView, body))
    } catch (failure) {
      setError(failure)
    }
  }
  const decide = (apply: boolean) => {
    setError(undefined)
    sendLater(key, { what: waits[`${apply}`], send: () => void send(apply) })
  }

  return (
    <li className="space-y-2 py-3 first:pt-0 last:pb-0" data-expiry={company}>
      <p className="wrap-anywhere">
        <span className="font-semibold">{title}</span>: {count(gone)} of{' '}
        {countOf(open, 'open posting')} are no longer listed.
      </p>
      <p className="text-sm wrap-anywhere text-muted">{examples(sample, gone)}</p>
      {error !== undefined && <Trouble title="The decision was not stored" error={error} />}
      {isHeld(expiry) && waiting === undefined && <Choice title={title} onChosen={decide} />}
      {isHeld(expiry) && waiting !== undefined && (
        <Undo key={waiting} of={key} what={waiting} title={title} />
      )}
      {!isHeld(expiry) && (
        <output className="block font-semibold">{outcomes[expiry.status]}</output>
      )}
    </li>
  )
}

const waits = {
  true: `They expire in ${UNDO_MS / 1_000} seconds.`,
  false: `They are kept open in ${UNDO_MS / 1_000} seconds.`,
} as const

type ExpiryChoiceProps = { title: string; onChosen: (apply: boolean) => void }

function Choice({ title, onChosen }: ExpiryChoiceProps) {
  return (
    <div className="flex flex-wrap gap-3">
      <button
        type="button"
        className="button button-danger"
        aria-label={`Expire them: ${title}`}
        onClick={() => onChosen(true)}
      >
        Expire them
      </button>
      <button
        type="button"
        className="button button-quiet"
        aria-label={`Keep them open: ${title}`}
        onClick={() => onChosen(false)}
      >
        Keep them open
      </button>
    </div>
  )
}

/** A decision that is not sent yet, and the ways to take it back or to send it now. */
function Undo({ of, what, title }: { of: string; what: string; title: string }) {
  return (
    <div className="flex flex-wrap items-center gap-3">
      <output className="font-semibold">{what}</output>
      <button
        type="button"
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the pressed button is gone, and its undo stands in its place
        autoFocus
        className="button button-quiet"
        aria-label={`Undo: ${title}`}
        onClick={() => takeBack(of)}
      >
        Undo
      </button>
      <button
        type="button"
        className="button button-quiet"
        aria-label={`Do it now: ${title}`}
        onClick={() => sendNow(of)}
      >
        Do it now
      </button>
    </div>
  )
}

const outcomes: Record<ExpiryView['status'], string> = {
  held: '',
  applied: 'They have expired.',
  dropped: 'They stay open.',
  superseded: 'A newer visit of the company decides about them.',
}

function examples(sample: ExpiryView['sample'], gone: number): string {
  const titles = sample.map(({ external_id, title }) => title || external_id).join(', ')
  return sample.length < gone ? `${titles} and ${count(gone - sample.length)} more` : titles
}
