import type { WatchedRun } from '../src/protocol/fold.ts'
import type { Noun } from '../src/protocol/nouns.ts'
import { shownStatus, statusWords } from '../src/protocol/run-problems.ts'
import { tallyAll } from './tally.ts'
import { count, countOf } from './words.ts'

/** Counts a run's lists, one for each group, and those of them that are still to be read. */
export function lists({ groups }: WatchedRun): { total: number; open: number } {
  const all = [...groups.values()]
  const open = all.filter(({ status }) => status === 'waiting' || status === 'planning').length
  return { total: all.length, open }
}

/** The tab's title. What a list that is still to be read holds is not done: it counts as its share. */
export function tabTitle(name: string, run: WatchedRun): string {
  const ingesting = run.status === 'ingesting'
  const standing = ingesting ? `${percent(run)} %` : statusWords(shownStatus(run))
  return `${standing} · ${name} · Runcast`
}

/** What is read out of a run. */
export function spoken(run: WatchedRun, job: Noun): string {
  const { done, total, by_status } = tallyAll(run.jobs.values())
  const failed = by_status.get('failed') ?? 0
  const failures = failed === 0 ? '' : `, ${count(failed)} failed`
  const status = statusWords(shownStatus(run))
  return `Run ${status}: ${count(done)} of ${countOf(total, job)} done${failures}.`
}

function percent(run: WatchedRun): number {
  const jobs = tallyAll(run.jobs.values())
  const { total, open } = lists(run)
  if (jobs.total === 0 || total === 0) return 0
  return Math.floor(((jobs.done / jobs.total) * (total - open) * 100) / total)
}
