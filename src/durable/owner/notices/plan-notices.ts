import type { FallenField } from '../../../protocol/visit.ts'
import type { GroupNotice, RunStanding } from '../owner-rpc.ts'
import type { TypedNotice } from './run-notices.ts'

/**
 * The notices of what a run's plans found (NOTE-6). A run tells them until they are confirmed, and a plan may be repeated: of
 * one run and company each kind has the same id.
 */
export function noticesOfPlans(standing: RunStanding, now: number): TypedNotice[] {
  return (standing.notices ?? []).map((one) => noticeOf(standing, one, now))
}

function noticeOf(
  { run_id, epoch, title, facts: { pipeline, labels = {} } }: RunStanding,
  { group, title: named, notice }: GroupNotice,
  now: number,
): TypedNotice {
  const company = named ?? group
  const about = { run_id, title, pipeline, labels, company: group, name: company }
  const common = { type: notice.kind, notice_id: `${run_id}.${epoch}.${notice.kind}.${group}` }
  const placed = { ...common, order: run_id, at: now }
  switch (notice.kind) {
    case 'expiry.held': {
      const { gone, open } = notice
      const data = { ...about, gone, open, path: `/api/runs/${run_id}/expiry` }
      const text = `${company}: ${gone} of ${open} open postings are gone from the job list. They stay open until someone decides.`
      return { ...placed, data: JSON.stringify(data), text, gone_percent: percent(gone, open) }
    }
    case 'company.needs_attention': {
      const path = `/api/companies/${encodeURIComponent(group)}`
      const data = { ...about, fields: notice.fields, path }
      const text = `${company}: fewer postings than usual have ${namesOf(notice.fields)}.`
      return { ...placed, data: JSON.stringify(data), text }
    }
  }
}

export function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (part * 100) / whole
}

function namesOf(fields: readonly FallenField[]): string {
  return fields.map(({ field }) => field.replaceAll('_', ' ')).join(', ')
}
