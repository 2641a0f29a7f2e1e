import { useEffect, useState } from 'react'

const APART_MS = 5_000

/** Tells assistive tools how the run stands: every five seconds at most, and at once at its end. */
export function Announcer({ text, urgent }: { text: string; urgent: boolean }) {
  const [said, setSaid] = useState({ text: '', at: 0 })
  useEffect(() => {
    if (text === said.text) return undefined
    const wait = urgent ? 0 : Math.max(0, said.at + APART_MS - Date.now())
    const timer = setTimeout(() => setSaid({ text, at: Date.now() }), wait)
    return () => clearTimeout(timer)
  }, [text, urgent, said])
  return <output className="sr-only">{said.text}</output>
}
