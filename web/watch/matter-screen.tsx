import { getRouteApi, Outlet } from '@tanstack/react-router'
import { useMemo } from 'react'

import { SharedMatterOfPage } from '../parts/matter-links.ts'
import { Screen } from '../parts/screen.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { endOf, type LinkEnd, useSharedMatter } from './shared-matter.ts'
import { IncompleteLink, SharedHeader, SharedPage } from './shared-page.tsx'
import { useSharedToken } from './shared-token.ts'

const route = getRouteApi('/watch/matters/$matter_id')

/** A matter for whoever has its link: its documents, or one of them. */
export function MatterScreen() {
  const { matter_id } = route.useParams()
  const token = useSharedToken()
  const shared = useMemo(() => ({ matter_id, token }), [matter_id, token])
  if (token === '') return <IncompleteLink />
  return (
    <SharedMatterOfPage value={shared}>
      <SharedPage key={token}>
        <WhileItWorks />
      </SharedPage>
    </SharedMatterOfPage>
  )
}

/** Shows the matter until the link ends. What was shown before is not left on the screen. */
function WhileItWorks() {
  const found = useSharedMatter()
  const end = endOf(found.error)
  return (
    <>
      <SharedHeader isOver={end !== undefined} />
      {end === undefined ? <Working found={found} /> : <EndedLink end={end} error={found.error} />}
    </>
  )
}

function Working({ found }: { found: ReturnType<typeof useSharedMatter> }) {
  if (found.data) return <Outlet />
  if (found.isPending) return <Screen title="Shared matter">Reading…</Screen>
  return (
    <Screen title="Shared matter">
      <Trouble
        title="The matter could not be read"
        error={found.error}
        onRetry={() => void found.refetch()}
      />
    </Screen>
  )
}

const ENDS: Readonly<Record<LinkEnd, string>> = {
  expired: 'This link has expired',
  refused: 'This link does not work',
  gone: 'There is nothing at this link',
}

function EndedLink({ end, error }: { end: LinkEnd; error: Error | null }) {
  return (
    // The key gives the focus to the new title.
    <Screen key={end} title={ENDS[end]}>
      {end === 'refused' && <p className="wrap-anywhere">{error?.message}</p>}
      {end === 'gone' && <p>The matter was deleted, or the link is not the one that was sent.</p>}
      <p>Ask whoever sent you the link for another one.</p>
    </Screen>
  )
}
