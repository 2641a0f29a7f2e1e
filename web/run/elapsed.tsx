import { useEffect, useState } from 'react'

import type { RunView } from '../../src/protocol/run.ts'
import { duration } from '../parts/words.ts'

/** The duration of the run, up to now or up to its end. */
export function Elapsed({ view }: { view: RunView }) {
  const began = Date.parse(view.created_at)
  const [seconds, setSeconds] = useState(() => secondsSince(began))
  const running = view.ended_at === undefined
  useEffect(() => {
    if (!running) return undefined
    const timer = setInterval(() => setSeconds(secondsSince(began)), 1_000)
    return () => clearInterval(timer)
  }, [running, began])
  const ms = view.ended_at === undefined ? seconds * 1_000 : Date.parse(view.ended_at) - began
  return <span className="tabular-nums">{duration(ms)}</span>
}

function secondsSince(began: number): number {
  return Math.max(0, Math.floor((Date.now() - began) / 1_000))
}
