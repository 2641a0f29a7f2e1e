import { QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { RuncastProvider } from '../../src/client/react.ts'
import icon from '../icon.svg'
import { Screen } from '../parts/screen.tsx'
import { moment } from '../parts/words.ts'
import { queryClient } from '../wire/query-client.ts'
import { tokenEnd, watchToken } from '../wire/token.ts'

/** What a shared run or matter needs. No rail stands around them, since nothing else can be read by the link. */
export function SharedPage({ children }: { children: ReactNode }) {
  return (
    <QueryClientProvider client={queryClient}>
      <RuncastProvider token={watchToken}>{children}</RuncastProvider>
    </QueryClientProvider>
  )
}

/** `isOver`: the link has ended, perhaps before its time. */
export function SharedHeader({ isOver = false }: { isOver?: boolean }) {
  const until = tokenEnd()
  return (
    <header className="flex flex-wrap items-center gap-x-2.5 gap-y-1 border-b border-line bg-surface px-4 py-3 sm:px-6">
      <img src={icon} alt="" width={24} height={24} className="size-6" />
      <span className="font-bold">Runcast</span>
      {!isOver && (
        <span className="text-sm text-muted sm:ml-auto">
          Shared with you to read{until !== undefined && `, until ${moment(until)}`}
        </span>
      )}
    </header>
  )
}

export function IncompleteLink() {
  return (
    <Screen title="This link is not complete">
      <p>Ask for the whole link: a part of the link is missing.</p>
    </Screen>
  )
}
