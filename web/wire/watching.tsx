import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { RuncastProvider } from '../../src/client/react.ts'
import { heldToken, tokenSubject, watchToken } from './token.ts'

/**
 * Lets the components inside follow runs. The tabs of one person share connections, so the page finds out
 * who that person is before it makes any connection.
 */
export function Watching({ children }: { children: ReactNode }) {
  const share = useQuery({ queryKey: ['share'], queryFn: loadShare, staleTime: Infinity })
  if (share.isPending) return null
  const sharing = share.data ?? {}
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
