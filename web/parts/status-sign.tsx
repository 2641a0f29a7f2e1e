import type { ShownStatus } from '../../src/protocol/run-problems.ts'
import { Icon, type IconName } from './icon.tsx'
import { type Tone, runTones } from './words.ts'

const signs: Record<ShownStatus, IconName> = {
  pending: 'waiting',
  initializing: 'play',
  ingesting: 'play',
  finished: 'done',
  finished_with_problems: 'problems',
  error: 'failed',
  aborted: 'aborted',
}

/** A person's words for a status. */
const words: Record<ShownStatus, string> = {
  pending: 'waiting',
  initializing: 'running',
  ingesting: 'running',
  finished: 'finished',
  finished_with_problems: 'finished with problems',
  error: 'failed',
  aborted: 'aborted',
}

const looks: Record<Tone, string> = {
  pending: 'bg-pending-soft text-pending-ink',
  working: 'bg-working-soft text-working-ink',
  ready: 'bg-ready-soft text-ready-ink',
  problems: 'bg-skipped-soft text-skipped-ink',
  failed: 'bg-failed-soft text-failed-ink',
  skipped: 'bg-skipped-soft text-skipped-ink',
  aborted: 'bg-aborted-soft text-aborted-ink',
}

/** A run's status in a sign and a word. */
export function StatusSign({ status }: { status: ShownStatus }) {
  return (
    <span
      className={`inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-xs font-semibold whitespace-nowrap ${looks[runTones[status]]}`}
    >
      <Icon name={signs[status]} className="size-3.5" />
      {words[status]}
    </span>
  )
}
