import type { RunStanding } from '../owner-rpc.ts'
import { runData, type TypedNotice } from './run-notices.ts'

const MINUTE = 60_000

/** The notice that a run has made no progress since then, with the reason that its progress says (NOTE-7). */
export function noticeOfStall(
  standing: RunStanding,
  { since, now }: { readonly since: number; readonly now: number },
): TypedNotice {
  const { run_id, epoch, round, title, facts } = standing
  const [wait] = facts.progress.waits ?? []
  const reason = wait === undefined ? null : { code: wait.code, message: wait.message }
  const data = {
    ...runData(standing),
    since: new Date(since).toISOString(),
    reason,
    path: `/api/runs/${run_id}`,
  }
  const minutes = Math.floor((now - since) / MINUTE)
  const text = `${title}: no progress for ${minutes} minutes. ${reason?.message ?? ''}`.trim()
  return {
    notice_id: `${run_id}.${epoch}.${round}.stalled.${since}`,
    type: 'run.stalled',
    order: run_id,
    at: now,
    data: JSON.stringify(data),
    text,
  }
}
