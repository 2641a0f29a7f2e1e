import { useEffect, useState } from 'react'

const APART_MS = 5_000

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
