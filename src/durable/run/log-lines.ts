import { counted } from '../../protocol/nouns.ts'
import type { Noun, Nouns } from '../../protocol/pipelines.ts'
import { problemWords, shownStatus } from '../../protocol/run-problems.ts'
import type { Outcome } from '../../protocol/status.ts'
import type { Group } from './group-state.ts'
import type { Job, JobPair } from './job-state.ts'
import { nounsOf, type Run } from './run-state.ts'
import type { LineDraft } from './work-rpc.ts'

/**
 * The most new or changed jobs of one report that have a log line each. One line names the first of more, since each
 * line is a written row.
 */
const NAMED = 3

/**
 * Writes the lines for changed jobs: one for each job that failed, is tried again or is skipped, the counts of
 * ready jobs by outcome, and how many jobs lost their worker.
 */
export function logJobs(changes: readonly JobPair[], { job }: Nouns): LineDraft[] {
  const ready = changes.flatMap(([, after]) => (after.status === 'ready' ? [after] : []))
  return [...changes.flatMap(logTrouble), ...logReady(ready, job), ...logLost(changes, job)]
}

function logTrouble([, after]: JobPair): LineDraft[] {
  const { external_id, title, error } = after
  const why = error === null ? '' : `: ${error.message}`
  switch (after.status) {
    case 'failed':
      return [{ level: 'error', message: `“${title}” failed${why}`, external_id }]
    case 'skipped':
      return [{ level: 'info', message: `“${title}” is skipped${why}`, external_id }]
    case 'pending':
      if (error === null) return []
      return [{ level: 'warn', message: `“${title}” is tried again${why}`, external_id }]
    default:
      return []
  }
}

function logReady(ready: readonly Job[], noun: Noun): LineDraft[] {
  if (ready.length === 0) return []
  const lines = logNews(ready.filter(({ outcome }) => outcome === 'new' || outcome === 'changed'))
  const counts = Map.groupBy(ready, ({ outcome }) => outcome)
  const parts = (['new', 'changed', 'unchanged'] satisfies Outcome[]).flatMap((outcome) => {
    const count = counts.get(outcome)?.length ?? 0
    return count === 0 ? [] : `${count} ${outcome}`
  })
  const plain = counts.get(null)?.length ?? 0
  if (plain > 0) parts.push(counted(plain, noun))
  return [...lines, { level: 'info', message: `Ready: ${parts.join(', ')}.` }]
}

function logNews(news: readonly Job[]): LineDraft[] {
  const first = news.slice(0, NAMED)
  if (news.length === first.length)
    return first.map(({ external_id, title, outcome }) => {
      return { level: 'info', message: `“${title}” is ${outcome}.`, external_id }
    })
  const names = first.map(({ title }) => `“${title}”`).join(', ')
  return [
    { level: 'info', message: `${names} and ${news.length - NAMED} more are new or changed.` },
  ]
}

function logLost(changes: readonly JobPair[], { one, many }: Noun): LineDraft[] {
  const lost = changes.filter(([before, after]) => after.losses > before.losses).length
  if (lost === 0) return []
  const message = `The worker on ${lost === 1 ? `one ${one}` : `${lost} ${many}`} was lost.`
  return [{ level: 'warn', message }]
}

/** A queue gave a message up. The work that the message stood for is sent again. */
export function logDeadLetter(group: string | undefined): LineDraft {
  const message = 'A queue gave up the message of this work. The message is sent again.'
  return { level: 'warn', message, ...(group === undefined ? {} : { group }) }
}

/** Lines on how a group's plan went. */
export function logGroup({ status, reason }: Group, { list }: Nouns): LineDraft[] {
  const why = reason === null ? '' : `: ${reason.message}`
  switch (status) {
    case 'failed':
      return [{ level: 'error', message: `The ${list.one} could not be read${why}` }]
    case 'waiting':
      return [{ level: 'warn', message: `Reading the ${list.one} failed and is tried again${why}` }]
    // The plan itself has logged what it found, and the run's last line tells of an abort.
    case 'closed':
    case 'aborted':
    case 'planning':
      return []
  }
}

/** Lines on the run's new status; at its end they count what came of it. */
export function logRun({ life, ...run }: Run): LineDraft[] {
  if (!('snapshot' in life)) return [{ level: 'info', message: `The run is ${life.status}.` }]
  const { status, snapshot } = life
  const shown = shownStatus({ status, snapshot })
  const { ready, skipped, aborted } = snapshot
  const counts = Object.entries({ ready, skipped, aborted })
  const jobs = counts.flatMap(([what, n]) =>
    n === 0 ? [] : `${n.toLocaleString('en-US')} ${what}`,
  )
  const parts = [...problemWords({ nouns: nounsOf(run), snapshot }), ...jobs]
  const message = `The run ${endings[shown]}: ${parts.join(', ') || 'nothing was found'}.`
  return [{ level: levels[shown], message }]
}

const endings = {
  finished: 'is finished',
  finished_with_problems: 'finished with problems',
  error: 'ended in error',
  aborted: 'is aborted',
} as const

const levels = {
  finished: 'info',
  finished_with_problems: 'warn',
  error: 'error',
  aborted: 'info',
} as const
