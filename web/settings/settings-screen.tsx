import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { z } from 'zod'

import { chooseTheme, type Theme, useTheme } from '../frame/theme.ts'
import { Badge } from '../parts/badge.tsx'
import { Skeleton } from '../parts/list-states.tsx'
import { Screen } from '../parts/screen.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { useView } from '../parts/view.ts'
import { capital, moment } from '../parts/words.ts'
import { answered, request } from '../wire/request.ts'
import { forgetShare, keptShares, type KeptShare } from '../wire/shares.ts'
import { SETTINGS_TABS, type SettingsTab, SettingsView } from './settings-view.ts'

const Notices = lazy(() => import('../notices/notices.tsx'))
const Usage = lazy(() => import('./usage.tsx'))

const THEMES = [
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['system', 'Like the system'],
] as const satisfies readonly (readonly [Theme, string])[]

/** The colours, the links that were made here, whom Runcast tells of ends, and what is used. */
export function SettingsScreen() {
  const [{ tab = 'general' }] = useView(SettingsView)
  return (
    <Screen title="Settings">
      <nav aria-label="Parts of the settings" className="flex flex-wrap gap-2">
        {SETTINGS_TABS.map((name) => (
          <Link
            key={name}
            to="."
            search={name === 'general' ? {} : { tab: name }}
            className="chip"
            aria-current={name === tab ? 'true' : undefined}
            activeOptions={{ exact: true, includeSearch: true }}
          >
            {capital(name)}
          </Link>
        ))}
      </nav>
      <Suspense fallback={<Skeleton />}>
        <Shown tab={tab} />
      </Suspense>
    </Screen>
  )
}

function Shown({ tab }: { tab: SettingsTab }) {
  switch (tab) {
    case 'general':
      return (
        <>
          <Colours />
          <Shares />
          <Health />
        </>
      )
    case 'notices':
      return <Notices />
    case 'usage':
      return <Usage />
  }
}

function Colours() {
  const theme = useTheme()
  return (
    <section aria-labelledby="colours" className="panel space-y-3 p-5">
      <h2 id="colours" className="text-lg font-bold">
        Colours
      </h2>
      <fieldset aria-labelledby="colours" className="flex flex-wrap gap-4">
        {THEMES.map(([value, label]) => (
          <label key={value} className="flex cursor-pointer items-center gap-2">
            <input
              type="radio"
              name="theme"
              className="accent-accent"
              checked={theme === value}
              onChange={() => chooseTheme(value)}
            />
            {label}
          </label>
        ))}
      </fieldset>
    </section>
  )
}

function Shares() {
  const [shares, setShares] = useState(() => keptShares(Date.now()))
  return (
    <section aria-labelledby="shares" className="panel space-y-3 p-5">
      <h2 id="shares" className="text-lg font-bold">
        Links that were made in this browser
      </h2>
      {shares.length === 0 && (
        <p className="text-muted">None. A run’s page makes a link with “Share”.</p>
      )}
      <ul className="divide-y divide-line">
        {shares.map((share) => (
          <Share
            key={share.token_id}
            share={share}
            onRevoked={() => {
              forgetShare(share.token_id)
              setShares(keptShares(Date.now()))
            }}
          />
        ))}
      </ul>
    </section>
  )
}

function Share({ share, onRevoked }: { share: KeptShare; onRevoked: () => void }) {
  const { run_id, name, token_id, expires_at } = share
  const revoke = useMutation({
    mutationFn: () =>
      answered(`/api/runs/${run_id}/watch-tokens/${token_id}`, { method: 'DELETE' }),
    onSuccess: onRevoked,
  })
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <Link
        to="/runs/$run_id"
        params={{ run_id }}
        className="min-w-0 text-accent underline wrap-anywhere"
      >
        {name}
      </Link>
      <span className="text-sm text-muted">until {moment(expires_at)}</span>
      <button
        type="button"
        className="button button-danger ml-auto text-sm"
        aria-label={`Revoke the link to ${name}`}
        disabled={revoke.isPending}
        onClick={() => revoke.mutate()}
      >
        Revoke
      </button>
      {revoke.error && <Trouble title="The link was not revoked" error={revoke.error} />}
    </li>
  )
}

const HealthAnswer = z.object({ status: z.string() })

function Health() {
  const loaded = useQuery({
    queryKey: ['health'],
    queryFn: () => request('/api/health', HealthAnswer),
    refetchInterval: 30_000,
  })
  return (
    <section aria-labelledby="health" className="panel space-y-3 p-5">
      <h2 id="health" className="text-lg font-bold">
        Health
      </h2>
      {loaded.data && (
        <p className="flex flex-wrap items-center gap-2">
          The API answers: <Badge tone="ready">{loaded.data.status}</Badge>
        </p>
      )}
      {loaded.error && (
        <Trouble
          title="The API does not answer"
          error={loaded.error}
          onRetry={() => void loaded.refetch()}
        />
      )}
      <p>
        <a href="/api/docs" className="text-accent underline">
          The API, with all its routes
        </a>
      </p>
    </section>
  )
}
