import { type PointerEvent, useState } from 'react'

import { duration } from '../parts/words.ts'
import type { TimeSpan } from './timeline-rows.ts'

/** A drag that is shorter, in pixels, was a click. */
const SHORTEST = 6

type TimeBrushProps = { span: TimeSpan; onSpan: (span: TimeSpan) => void }

/** Lets a person drag over a part of the time to see it larger. `TimeFields` does the same for the keyboard. */
export function TimeBrush({ span, onSpan }: TimeBrushProps) {
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number }>()
  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (event.pointerType === 'touch' || event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const x = xIn(event)
    setDrag({ from: x, to: x })
  }
  const move = (event: PointerEvent<HTMLDivElement>) => {
    if (drag) setDrag({ ...drag, to: xIn(event) })
  }
  const up = (event: PointerEvent<HTMLDivElement>) => {
    if (!drag) return
    setDrag(undefined)
    const width = event.currentTarget.clientWidth
    const [left, right] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)]
    if (right - left < SHORTEST) return
    const at = (x: number) => span.from + (x / width) * (span.to - span.from)
    onSpan({ from: at(left), to: at(right) })
  }
  return (
    <div
      aria-hidden
      className="timeline-brush"
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={() => setDrag(undefined)}
    >
      {drag && (
        <div
          className="absolute inset-y-0 border-x border-accent bg-accent/15"
          style={{
            left: `${Math.min(drag.from, drag.to)}px`,
            width: `${Math.abs(drag.to - drag.from)}px`,
          }}
        />
      )}
    </div>
  )
}

function xIn(event: PointerEvent<HTMLDivElement>): number {
  const { left, width } = event.currentTarget.getBoundingClientRect()
  return Math.min(width, Math.max(0, event.clientX - left))
}

type TimeFieldsProps = {
  span: TimeSpan
  length: number
  /** Undefined: the whole run. */
  onChange: (span: TimeSpan | undefined) => void
}

/** Says which part of the run's time is shown, and chooses another one. */
export function TimeFields({ span, length, onChange }: TimeFieldsProps) {
  const isWhole = span.from === 0 && span.to === length
  const half = (span.to - span.from) / 2
  const later = Math.min(half, length - span.to)
  const earlier = Math.min(half, span.from)
  const button = { type: 'button', className: 'button button-quiet text-sm' } as const
  return (
    <div className="flex flex-wrap items-center gap-2">
      <p className="mr-2 text-sm tabular-nums" aria-live="polite">
        {duration(span.from)} to {duration(span.to)} after the start
      </p>
      <button
        {...button}
        onClick={() => onChange({ from: span.from + half / 2, to: span.to - half / 2 })}
      >
        Zoom in
      </button>
      <button
        {...button}
        disabled={earlier < 1}
        onClick={() => onChange({ from: span.from - earlier, to: span.to - earlier })}
      >
        Earlier
      </button>
      <button
        {...button}
        disabled={later < 1}
        onClick={() => onChange({ from: span.from + later, to: span.to + later })}
      >
        Later
      </button>
      <button {...button} disabled={isWhole} onClick={() => onChange(undefined)}>
        Whole run
      </button>
    </div>
  )
}
