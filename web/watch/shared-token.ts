import { useLocation } from '@tanstack/react-router'
import { useState } from 'react'

import { queryClient } from '../wire/query-client.ts'
import { showShared } from '../wire/token-need.ts'

/**
 * Reads the token of a shared link from the fragment, which no browser sends to a server, and uses the token from now on. A
 * person may open a newer link to the same page in the same tab: then only the fragment changes.
 */
export function useSharedToken(): string {
  const given = useLocation({ select: ({ hash }) => hash.replace(/^#/, '') })
  const [token, setToken] = useState('')
  if (given === '' || given === token) return token
  if (token !== '') queryClient.clear()
  showShared(given)
  setToken(given)
  return given
}
