import type { ReactNode } from 'react'

type MarkedRange = readonly [number, number]

/** A text with marked ranges. The ranges are in order and do not overlap. */
export function Highlighted({ text, ranges }: { text: string; ranges: readonly MarkedRange[] }) {
  const parts: ReactNode[] = []
  let at = 0
  for (const [start, end] of ranges) {
    parts.push(
      text.slice(at, start),
      <mark key={start} className="rounded-xs bg-skipped-soft text-skipped-ink">
        {text.slice(start, end)}
      </mark>,
    )
    at = end
  }
  return (
    <>
      {parts}
      {text.slice(at)}
    </>
  )
}
