import { type ReactNode, useLayoutEffect, useMemo, useState } from 'react'

import { Room, RoomContext, type RuncastOptions } from './room.ts'

/**
 * Gives its components what they follow runs by. The latest token, fetch and WebSocket serve from the
 * next connection on; with any other option that changes, runs are followed anew.
 */
export function RuncastProvider({
  children,
  ...options
}: RuncastOptions & { readonly children?: ReactNode }) {
  const [room] = useState(() => new Room(options))
  useLayoutEffect(() => room.change(options))
  const key = keyOf(options)
  const standing = useMemo(() => ({ room, key }), [room, key])
  return <RoomContext value={standing}>{children}</RoomContext>
}

/** Of all but the token; JSON leaves out functions. */
function keyOf({ token: _token, ...plain }: RuncastOptions): string {
  return JSON.stringify(plain)
}
