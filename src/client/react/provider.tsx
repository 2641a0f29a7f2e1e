import { type ReactNode, useLayoutEffect, useMemo, useState } from 'react'

import { ClientContext, RuncastClient, type RuncastOptions } from './runcast-client.ts'

/**
 * Gives the components below it a shared client. A new token, fetch or WebSocket is used from the next
 * connection on. When any other option changes, all runs get new connections.
 */
export function RuncastProvider({
  children,
  ...options
}: RuncastOptions & { readonly children?: ReactNode }) {
  const [client] = useState(() => new RuncastClient(options))
  useLayoutEffect(() => client.setOptions(options))
  const key = keyOf(options)
  const value = useMemo(() => ({ client, key }), [client, key])
  return <ClientContext value={value}>{children}</ClientContext>
}

/**
 * Makes a text that changes when an option changes, except for the token and the functions, which JSON leaves out.
 */
function keyOf({ token: _token, ...others }: RuncastOptions): string {
  return JSON.stringify(others)
}
