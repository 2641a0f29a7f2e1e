import type { ReactNode } from 'react'

import { RuncastProvider } from '../src/client/react.ts'
import { useLoaded } from './loaded.ts'
import { heldToken, tokenSubject, watchToken } from './token.ts'

/**
 * Lets the components inside follow runs. The tabs of one person share connections, so the page finds out
 * who that person is before it makes any connection.
 */
export function Watching({ children }: { children: ReactNode }) {
  const [share] = useLoaded(loadShare)
  if (share.state === 'loading') return null
  const sharing = share.state === 'done' ? share.value : {}
  return (
    <RuncastProvider token={watchToken} {...sharing}>
      {children}
    </RuncastProvider>
  )
}

async function loadShare(): Promise<{ share?: string }> {
  await heldToken()
  const share = tokenSubject()
  return share === undefined ? {} : { share }
}
