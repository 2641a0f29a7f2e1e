import type { WatchedRun } from '../../src/protocol/fold.ts'
import type { Noun } from '../../src/protocol/pipelines.ts'
import { shownStatus, statusWords } from '../../src/protocol/run-problems.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { tallyRun } from '../parts/tally.ts'
import { count, countOf } from '../parts/words.ts'

/** A run's lists, one for each group: those that are still to be read, and those that could not be read. */
type RunLists = { readonly total: number; readonly open: number; readonly failed: number }

export function lists({ groups }: WatchedRun): RunLists {
  const all = [...groups.values()]
  const open = all.filter(({ status }) => status === 'waiting' || status === 'planning').length
  const failed = all.filter(({ status }) => status === 'failed').length
  return { total: all.length, open, failed }
}

/** Makes the tab's title. An unread list counts with its share as not done. */
export function tabTitle(name: string, run: WatchedRun): string {
  const done = pauseOf(run) === 'none' ? percentDone(run) : undefined
  const lead = done === undefined ? standingWords(run) : `${done} %`
  return `${lead} · ${name} · Runcast`
}

/** `own`: the run is paused by itself. `all`: all runs of the owner are, this one among them. */
export type PauseKind = 'none' | 'own' | 'all'

/** Whether the run is paused, as far as its progress says. */
export function pauseOf({ status, progress }: WatchedRun): PauseKind {
  if (isTerminalRun(status)) return 'none'
  const codes = progress?.waits?.map(({ code }) => code) ?? []
  if (codes.includes('paused')) return 'own'
  return codes.includes('owner_paused') ? 'all' : 'none'
}

/** A person's words for what the run does. `held` counts the expiries that wait for a decision. */
export function standingWords(run: WatchedRun, held = 0): string {
  return pauseOf(run) === 'none' ? statusWords(shownStatus(run, held)) : 'paused'
}

/** Says the run's state in the words that assistive tools read out. */
export function spoken(run: WatchedRun, job: Noun): string {
  const { done, total, by_status } = tallyRun(run)
  const failed = by_status.get('failed') ?? 0
  const failures = failed === 0 ? '' : `, ${count(failed)} failed`
  return `Run ${standingWords(run)}: ${count(done)} of ${countOf(total, job)} done${failures}.`
}

/** How much of a run at work is done, in percent. Undefined while it is not at work. */
export function percentDone(run: WatchedRun): number | undefined {
  if (run.status !== 'ingesting') return undefined
  const jobs = tallyRun(run)
  const { total, open } = lists(run)
  if (jobs.total === 0 || total === 0) return 0
  return Math.floor(((jobs.done / jobs.total) * (total - open) * 100) / total)
}
