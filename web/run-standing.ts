import type { WatchedRun } from '../src/protocol/fold.ts'
import type { RunId } from '../src/protocol/ids.ts'
import { shownStatus, statusWords } from '../src/protocol/run-problems.ts'
import { tallyAll } from './tally.ts'
import { count } from './words.ts'

/** How many of a run's listings there are, and how many are still to be read. */
export function listings({ groups }: WatchedRun): { total: number; open: number } {
  const all = [...groups.values()]
  const open = all.filter(({ status }) => status === 'waiting' || status === 'planning').length
  return { total: all.length, open }
}

/** The tab's title. What a listing that is still to be read holds is not done: it counts as its share. */
export function tabTitle(run_id: RunId, run: WatchedRun): string {
  const ingesting = run.status === 'ingesting'
  const standing = ingesting ? `${percent(run)} %` : statusWords(shownStatus(run))
  return `${standing} · ${run_id.slice(0, 8)} · Runcast`
}

/** What is read out of a run. */
export function spoken(run: WatchedRun): string {
  const { done, total, by_status } = tallyAll(run.jobs.values())
  const failed = by_status.get('failed') ?? 0
  const failures = failed === 0 ? '' : `, ${count(failed)} failed`
  return `Run ${statusWords(shownStatus(run))}: ${count(done)} of ${count(total)} jobs done${failures}.`
}

function percent(run: WatchedRun): number {
  const jobs = tallyAll(run.jobs.values())
  const { total, open } = listings(run)
  if (jobs.total === 0 || total === 0) return 0
  return Math.floor(((jobs.done / jobs.total) * (total - open) * 100) / total)
}
