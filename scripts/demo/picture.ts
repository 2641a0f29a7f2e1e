import type { Company } from '../../src/protocol/company.ts'
import type { WatchedRun } from '../../src/protocol/fold.ts'
import { shownStatus, statusWords } from '../../src/protocol/run-problems.ts'
import { isTerminalJob, isTerminalRun } from '../../src/protocol/terminal.ts'

const BAR = 24
const NAME = 30

/** The part of a company that the demo shows. The slug is the key of the company's group. */
export type Shown = Pick<Company, 'slug' | 'name'>

type Progress = { readonly done: number; readonly total: number }

type Jobs = WatchedRun['jobs'] extends ReadonlyMap<string, infer Group> ? Group : never

function progressOf(jobs: Jobs | undefined): Progress {
  const all = [...(jobs?.values() ?? [])]
  return { done: all.filter(({ status }) => isTerminalJob(status)).length, total: all.length }
}

/** The run in one line: `ingesting 412/1000 jobs 8/20 companies`. */
export function headline(run: WatchedRun, companies: readonly Shown[]): string {
  const all = companies.map(({ slug }) => progressOf(run.jobs.get(slug)))
  const done = all.reduce((sum, progress) => sum + progress.done, 0)
  const total = all.reduce((sum, progress) => sum + progress.total, 0)
  const through = all.filter((progress) => progress.total > 0 && progress.done === progress.total)
  return `${statusWords(shownStatus(run))}  ${done}/${total} jobs  ${through.length}/${all.length} companies`
}

/** Says why the run waits, one line for each reason. */
export function waitLines({ progress, status }: WatchedRun): string[] {
  if (isTerminalRun(status)) return []
  return (progress?.waits ?? []).map(({ message }) => `  waits: ${message}`)
}

/** The headline, the reasons for waiting, and one line for each company, at most `rows` lines in all. */
export function picture(run: WatchedRun, companies: readonly Shown[], rows: number): string[] {
  const names = companies.map(({ name }) => shortened(name))
  const width = Math.max(0, ...names.map((name) => name.length))
  const waits = waitLines(run)
  const room = Math.max(1, rows - 3 - waits.length)
  const lines = companies.slice(0, room).map(({ slug }, at) => {
    const jobs = run.jobs.get(slug)
    return `  ${names[at]?.padEnd(width)}  ${barOf(progressOf(jobs))}${failedIn(jobs)}`
  })
  const hidden = companies.length - lines.length
  const rest = hidden > 0 ? [`  and ${hidden} more`] : []
  return [headline(run, companies), ...waits, ...lines, ...rest]
}

/** Shortens a name so that the bar fits beside it, even in a narrow terminal. */
function shortened(name: string): string {
  const letters = Array.from(new Intl.Segmenter().segment(name), ({ segment }) => segment)
  return letters.length > NAME ? `${letters.slice(0, NAME - 1).join('')}…` : name
}

function barOf({ done, total }: Progress): string {
  const filled = total === 0 ? 0 : Math.floor((done / total) * BAR)
  return `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}  ${done}/${total}`
}

function failedIn(jobs: Jobs | undefined): string {
  const failed = [...(jobs?.values() ?? [])].filter(({ status }) => status === 'failed').length
  return failed === 0 ? '' : `  ${failed} failed`
}
