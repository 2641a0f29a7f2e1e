import { QueryClient } from '@tanstack/react-query'

import { ApiError } from '../../src/client/client.ts'

/** Keeps what the page has loaded. A page that is opened again shows it at once, and loads it anew meanwhile. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < 2 && isPassing(error),
      retryDelay: (failures) => 500 * 2 ** failures,
      // An offline browser's request fails at once, and the page says so.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})

/** Whether the same request may succeed soon: the server could not be reached, or was not ready. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiError ? error.status >= 502 : error instanceof TypeError
}
