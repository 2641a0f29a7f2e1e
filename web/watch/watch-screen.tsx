import { getRouteApi } from '@tanstack/react-router'

import { RunId } from '../../src/protocol/ids.ts'
import { RunScreen } from '../run/run-screen.tsx'
import { IncompleteLink, SharedHeader, SharedPage } from './shared-page.tsx'
import { useSharedToken } from './shared-token.ts'

const route = getRouteApi('/watch/$run_id')

/** A run for whoever has its link. */
export function WatchScreen() {
  const { success, data } = RunId.safeParse(route.useParams().run_id)
  const token = useSharedToken()
  if (!success || token === '') return <IncompleteLink />
  return (
    <SharedPage key={token}>
      <SharedHeader />
      <RunScreen run_id={data} isShared />
    </SharedPage>
  )
}
