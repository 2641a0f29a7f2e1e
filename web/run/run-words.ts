import type { WatchedRun } from '../../src/protocol/fold.ts'
import type { Noun } from '../../src/protocol/pipelines.ts'
import { shownStatus, statusWords } from '../../src/protocol/run-problems.ts'
import { tallyAll } from '../parts/tally.ts'
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
  const done = percentDone(run)
  const lead = done === undefined ? statusWords(shownStatus(run)) : `${done} %`
  return `${lead} · ${name} · Runcast`
}

/** Says the run's state in the words that assistive tools read out. */
export function spoken(run: WatchedRun, job: Noun): string {
  const { done, total, by_status } = tallyAll(run.jobs.values())
  const failed = by_status.get('failed') ?? 0
  const failures = failed === 0 ? '' : `, ${count(failed)} failed`
  const status = statusWords(shownStatus(run))
  return `Run ${status}: ${count(done)} of ${countOf(total, job)} done${failures}.`
}

/** How much of a run at work is done, in percent. Undefined while it is not at work. */
export function percentDone(run: WatchedRun): number | undefined {
  if (run.status !== 'ingesting') return undefined
  const jobs = tallyAll(run.jobs.values())
  const { total, open } = lists(run)
  if (jobs.total === 0 || total === 0) return 0
  return Math.floor(((jobs.done / jobs.total) * (total - open) * 100) / total)
}
