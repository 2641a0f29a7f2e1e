import { useSyncExternalStore } from 'react'

import { moment } from './words.ts'

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' })

const UNITS = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Infinity],
] as const

/** Says how long ago a time was, in the reader's language. */
export function agoWords(time: string, now: number): string {
  let value = (Date.parse(time) - now) / 1_000
  for (const [unit, most] of UNITS) {
    if (Math.abs(value) < most) return relative.format(Math.round(value), unit)
    value /= most
  }
  return ''
}

/** A time as people say it. The exact one shows on hover. */
export function Ago({ time }: { time: string }) {
  const now = useSyncExternalStore(subscribe, () => Math.floor(Date.now() / STEP_MS) * STEP_MS)
  return (
    <time dateTime={time} title={moment(time)}>
      {agoWords(time, Math.max(now, Date.parse(time)))}
    </time>
  )
}

/** A time to come, as people say it. The exact one shows on hover. */
export function Until({ time }: { time: string }) {
  const now = useSyncExternalStore(subscribe, () => Math.floor(Date.now() / STEP_MS) * STEP_MS)
  return (
    <time dateTime={time} title={moment(time)}>
      {agoWords(time, Math.min(now, Date.parse(time)))}
    </time>
  )
}

const STEP_MS = 10_000

function subscribe(tell: () => void): () => void {
  const timer = setInterval(tell, STEP_MS)
  return () => clearInterval(timer)
}
