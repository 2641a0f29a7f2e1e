import type { RunId } from '../../src/protocol/ids.ts'
import { type ShownStatus, statusWords } from '../../src/protocol/run-problems.ts'
import type { SlotView } from '../../src/protocol/schedule.ts'
import type { RunStatus } from '../../src/protocol/status.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { runTones, type Tone } from '../parts/words.ts'

export type SlotWords = { readonly tone: Tone; readonly words: string }

const withoutRun = {
  owed: { tone: 'pending', words: 'is started soon' },
  waiting: { tone: 'pending', words: 'waits for the run before' },
  skipped: { tone: 'skipped', words: 'skipped' },
  missed: { tone: 'failed', words: 'missed' },
  refused: { tone: 'failed', words: 'refused' },
} as const satisfies Record<Exclude<SlotView['state'], 'started'>, SlotWords>

/**
 * Says what became of a slot. `runs`: how its runs went, because a slot whose run finished does not tell whether the run
 * had problems. Until that is known, the run has ended and no more is said.
 */
export function slotWords(
  { state, run_id, status = 'pending' }: SlotView,
  runs: ReadonlyMap<RunId, ShownStatus>,
): SlotWords {
  if (state !== 'started') return withoutRun[state]
  if (status !== 'finished') return { tone: runTones[status], words: shownWords(status) }
  const listed = run_id === undefined ? undefined : runs.get(run_id)
  // The list of runs is a moment behind the slot.
  if (listed === undefined || !isTerminalRun(baseOf(listed)))
    return { tone: 'pending', words: 'ended' }
  return { tone: runTones[listed], words: shownWords(listed) }
}

function baseOf(status: ShownStatus): RunStatus {
  return status === 'finished_with_problems' ? 'finished' : status
}

function shownWords(status: ShownStatus): string {
  if (status === 'initializing' || status === 'ingesting') return 'running'
  return status === 'error' ? 'failed' : statusWords(status)
}

const kinds: Record<SlotView['kind'], string> = {
  planned: '',
  backfill: 'made good later',
  by_hand: 'started by hand',
}

export function kindWords({ kind }: SlotView): string {
  return kinds[kind]
}
