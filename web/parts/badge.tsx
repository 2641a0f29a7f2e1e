import type { ReactNode } from 'react'

import type { Tone } from './words.ts'

const looks: Record<Tone, string> = {
  pending: 'bg-pending-soft text-pending-ink',
  working: 'bg-working-soft text-working-ink',
  ready: 'bg-ready-soft text-ready-ink',
  problems: 'bg-skipped-soft text-skipped-ink',
  failed: 'bg-failed-soft text-failed-ink',
  skipped: 'bg-skipped-soft text-skipped-ink',
  aborted: 'bg-aborted-soft text-aborted-ink',
}

export function Badge(props: { tone: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-xs font-semibold whitespace-nowrap tabular-nums ${looks[props.tone]}`}
    >
      {props.children}
    </span>
  )
}
