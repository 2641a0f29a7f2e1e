import type { RunView } from '../../src/protocol/run.ts'

/** How a run ended, in a few lines. */
export function summaryOf({ run_id, status, snapshot, started_at, ended_at }: RunView): string {
  const lines = [`Run ${run_id} is ${status}${durationOf(started_at, ended_at)}.`]
  if (snapshot) {
    const { total, ready, failed, skipped, aborted } = snapshot
    lines.push(
      `  ${total} jobs: ${ready} ready, ${failed} failed, ${skipped} skipped, ${aborted} aborted`,
      `  postings: ${snapshot.new} new, ${snapshot.changed} changed, ${snapshot.unchanged} unchanged`,
      `  companies: ${snapshot.groups_closed} done, ${snapshot.groups_failed} failed`,
    )
  }
  return lines.join('\n')
}

function durationOf(from: string | undefined, to: string | undefined): string {
  if (from === undefined || to === undefined) return ''
  return ` after ${((Date.parse(to) - Date.parse(from)) / 1_000).toFixed(1)} s`
}
