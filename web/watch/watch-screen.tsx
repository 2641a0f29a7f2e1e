import { QueryClientProvider } from '@tanstack/react-query'
import { getRouteApi, useLocation } from '@tanstack/react-router'
import { useState } from 'react'

import { RuncastProvider } from '../../src/client/react.ts'
import { RunId } from '../../src/protocol/ids.ts'
import icon from '../icon.svg'
import { Screen } from '../parts/screen.tsx'
import { RunScreen } from '../run/run-screen.tsx'
import { queryClient } from '../wire/query-client.ts'
import { showShared } from '../wire/token-need.ts'
import { watchToken } from '../wire/token.ts'

const route = getRouteApi('/watch/$run_id')

/** A run for whoever has its link. The token is in the fragment, which no browser sends to a server. */
export function WatchScreen() {
  const { success, data } = RunId.safeParse(route.useParams().run_id)
  const hash = useLocation({ select: (address) => address.hash })
  const [token] = useState(() => {
    const given = hash.replace(/^#/, '')
    if (given !== '') showShared(given)
    return given
  })
  if (!success || token === '')
    return (
      <Screen title="This link is not complete">
        <p>Ask for the whole link: a part of the link is missing.</p>
      </Screen>
    )
  return <Watched run_id={data} />
}

function Watched({ run_id }: { run_id: RunId }) {
  return (
    <QueryClientProvider client={queryClient}>
      <RuncastProvider token={watchToken}>
        <header className="flex items-center gap-2.5 border-b border-line bg-surface px-4 py-3 font-bold sm:px-6">
          <img src={icon} alt="" className="size-6" />
          Runcast
        </header>
        <RunScreen run_id={run_id} isShared />
      </RuncastProvider>
    </QueryClientProvider>
  )
}
