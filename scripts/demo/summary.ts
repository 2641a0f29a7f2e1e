import { ingestion } from '../../src/pipelines/ingestion/ingestion.ts'
import { problemWords, shownStatus, statusWords } from '../../src/protocol/run-problems.ts'
import type { RunView } from '../../src/protocol/run.ts'

/** Describes an ended run in a few lines. If the run has problems, the last line names them in a sentence. */
export function summaryOf(run: RunView): string {
  const { run_id, groups, snapshot, started_at, ended_at } = run
  const status = statusWords(shownStatus(run))
  const lines = [`Run ${run_id} is ${status}${durationOf(started_at, ended_at)}.`]
  if (snapshot) {
    const { total, ready, failed, skipped, aborted, gone, group_counts } = snapshot
    const unread = group_counts?.by_status.aborted ?? 0
    lines.push(
      `  ${total} jobs: ${ready} ready, ${failed} failed, ${skipped} skipped, ${aborted} aborted`,
      `  postings: ${snapshot.new} new, ${snapshot.changed} changed, ${snapshot.unchanged} unchanged${gone === undefined ? '' : `, ${gone} gone`}`,
      `  companies: ${snapshot.groups_closed} done, ${snapshot.groups_failed} failed${unread === 0 ? '' : `, ${unread} aborted`}`,
      ...(snapshot.failed_groups ?? []).map(
        ({ group, code }) => `    ${groups[group]?.title ?? group}: ${code}`,
      ),
    )
    const words = problemWords({ nouns: ingestion.nouns, snapshot })
    const says =
      shownStatus(run) === 'finished_with_problems' ? 'Finished with problems' : 'Problems'
    if (words.length > 0) lines.push(`${says}: ${words.join(', ')}.`)
  }
  return lines.join('\n')
}

function durationOf(from: string | undefined, to: string | undefined): string {
  if (from === undefined || to === undefined) return ''
  return ` after ${((Date.parse(to) - Date.parse(from)) / 1_000).toFixed(1)} s`
}
