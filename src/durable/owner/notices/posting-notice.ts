import type { RunStanding } from '../owner-rpc.ts'
import { percent } from './plan-notices.ts'
import { runData, type TypedNotice } from './run-notices.ts'

/**
 * The notice of the postings that a run brought, changed or no longer found, if there are any (NOTE-6). The counts are of all
 * rounds. The postings themselves are pages of the API, to which the notice refers.
 */
export function noticeOfPostings(standing: RunStanding, at: number): TypedNotice | undefined {
  const { run_id, epoch, round, title, results } = standing
  if (results === undefined) return undefined
  const { total, new: fresh, changed, unchanged, gone = 0 } = results
  if (fresh + changed + gone === 0) return undefined
  const data = {
    ...runData(standing),
    postings: { new: fresh, changed, unchanged, gone },
    path: `/api/postings?changed_since=${run_id}`,
  }
  return {
    notice_id: `${run_id}.${epoch}.${round}.postings`,
    type: 'postings.changed',
    order: run_id,
    at,
    data: JSON.stringify(data),
    text: `${title}: ${fresh} new, ${changed} changed, ${gone} gone`,
    gone_percent: percent(gone, total - fresh + gone),
  }
}
