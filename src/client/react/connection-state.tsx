import { type ReactNode, useEffect, useState } from 'react'

import type { Connection, Transport } from '../feed.ts'

const transports: Record<Transport, string> = {
  sse: 'stream',
  socket: 'socket',
  poll: 'polling',
}

type Reconnecting = Connection & { readonly status: 'reconnecting' }

/**
 * How a run is followed, in words. Assistive tools are told of each change of the status, but not of each
 * second. Style it by `data-status` and `data-transport`.
 */
export function ConnectionState(props: {
  readonly connection: Connection
  readonly className?: string
}) {
  const { connection, className } = props
  const transport = connection.status === 'live' ? connection.transport : undefined
  return (
    <span className={className} data-status={connection.status} data-transport={transport}>
      <output>{wordsOf(connection)}</output>
      {connection.status === 'reconnecting' && <Countdown connection={connection} />}
    </span>
  )
}

function wordsOf(connection: Connection): ReactNode {
  switch (connection.status) {
    case 'live':
      return `live (${transports[connection.transport]})`
    case 'failed':
      return `failed: ${reasonOf(connection.error)}`
    default:
      return connection.status
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The seconds until the next connection. Nothing is shown while that is being made. */
function Countdown({ connection }: { readonly connection: Reconnecting }) {
  const [counted, setCounted] = useState({ connection, left_s: secondsOf(connection.retry_ms) })
  useEffect(() => {
    const end = Date.now() + connection.retry_ms
    const timer = setInterval(() => {
      setCounted({ connection, left_s: secondsOf(end - Date.now()) })
    }, 1_000)
    return () => clearInterval(timer)
  }, [connection])
  const left_s = counted.connection === connection ? counted.left_s : secondsOf(connection.retry_ms)
  return <span aria-hidden>{left_s > 0 ? ` in ${left_s} s` : ''}</span>
}

function secondsOf(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1_000))
}
