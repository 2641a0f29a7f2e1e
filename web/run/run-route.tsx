import { getRouteApi } from '@tanstack/react-router'

import { RunId } from '../../src/protocol/ids.ts'
import { NoSuchPage } from '../frame/no-such-page.tsx'
import { RunScreen } from './run-screen.tsx'

const route = getRouteApi('/framed/pages/runs/$run_id')

export function RunRoute() {
  const { run_id } = route.useParams()
  const { success, data } = RunId.safeParse(run_id)
  return success ? <RunScreen key={data} run_id={data} /> : <NoSuchPage />
}
