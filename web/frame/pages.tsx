import { QueryClientProvider } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'

import { useAskedPipelines } from '../parts/nouns.ts'
import { queryClient } from '../wire/query-client.ts'
import { Watching } from '../wire/watching.tsx'

/** What all pages share: loaded data, connections, and the words of the pipelines. */
export function Pages() {
  return (
    <QueryClientProvider client={queryClient}>
      <Asking />
      <Watching>
        <Outlet />
      </Watching>
    </QueryClientProvider>
  )
}

function Asking() {
  useAskedPipelines()
  return null
}
