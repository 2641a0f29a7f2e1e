import { useEffect, useState } from 'react'

import type { RunId } from '../src/protocol/ids.ts'
import { isTerminalRun } from '../src/protocol/terminal.ts'
import { useFollowed } from './followed.ts'
import { useNouns } from './nouns.ts'
import { spoken } from './run-words.ts'

const APART_MS = 5_000

export function RunAnnouncer({ run_id }: { run_id: RunId }) {
  const { job } = useNouns()
  const text = useFollowed(run_id, ({ run }) => spoken(run, job))
  const ended = useFollowed(run_id, ({ run }) => isTerminalRun(run.status))
  return <Announcer text={text} urgent={ended} />
}

/** Announces a text to assistive tools, at most every five seconds. Announces an urgent text at once. */
export function Announcer({ text, urgent }: { text: string; urgent: boolean }) {
  const [announced, setAnnounced] = useState({ text: '', at: 0 })
  useEffect(() => {
    if (text === announced.text) return undefined
    const wait = urgent ? 0 : Math.max(0, announced.at + APART_MS - Date.now())
    const timer = setTimeout(() => setAnnounced({ text, at: Date.now() }), wait)
    return () => clearTimeout(timer)
  }, [text, urgent, announced])
  return <output className="sr-only">{announced.text}</output>
}
