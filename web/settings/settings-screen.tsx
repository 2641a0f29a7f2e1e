import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { z } from 'zod'

import { chooseTheme, type Theme, useTheme } from '../frame/theme.ts'
import { Badge } from '../parts/badge.tsx'
import { Skeleton } from '../parts/list-states.tsx'
import { Screen } from '../parts/screen.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { useView } from '../parts/view.ts'
import { capital } from '../parts/words.ts'
import { request } from '../wire/request.ts'
import { SETTINGS_TABS, type SettingsTab, SettingsView } from './settings-view.ts'
import { SharedLinks } from './shared-links.tsx'

const Notices = lazy(() => import('../notices/notices.tsx'))
const Usage = lazy(() => import('./usage.tsx'))

const THEMES = [
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['system', 'Like the system'],
] as const satisfies readonly (readonly [Theme, string])[]

/** The colours, the links that share runs and matters, whom Runcast tells of ends, and what is used. */
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
          <SharedLinks />
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
