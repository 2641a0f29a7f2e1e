import { isTerminalRun } from '../../../protocol/terminal.ts'
import type { NoticeType } from '../../../protocol/webhook.ts'
import type { RunStanding } from '../owner-rpc.ts'
import type { Notice } from './delivery.ts'

/**
 * An end that is told later than this is no news: the list has forgotten the run and was told of it again, for example
 * because of a new name. An object can be away for as long without a notice being lost.
 */
const NEWS_MS = 7 * 86_400_000

/** `gone_percent`: the part of the open postings that is gone, of a notice on postings. */
export type TypedNotice = Notice & { readonly type: NoticeType; readonly gone_percent?: number }

/** The notice of a run's end, if a standing brings one. `known`: the run as the list had it before. */
export function noticeOfRun(
  standing: RunStanding,
  known: RunStanding | undefined,
  now: number,
): TypedNotice | undefined {
  const { run_id, epoch, status, round, title, facts } = standing
  if (!isTerminalRun(status)) return undefined
  if (known?.status === status && known.round === round && known.epoch === epoch) return undefined
  const at = facts.ended_at === undefined ? standing.at : Date.parse(facts.ended_at)
  if (now - at > NEWS_MS) return undefined
  const type = typeOf(standing)
  const data = {
    ...runData(standing),
    ...(standing.error === undefined ? {} : { error: standing.error }),
    path: `/api/runs/${run_id}`,
  }
  const notice_id = `${run_id}.${epoch}.${round}.${status}`
  const text = `${title}: ${words(type, standing)}`
  return { notice_id, type, order: run_id, at, data: JSON.stringify(data), text }
}

/** What a notice says of the run that it is about. */
export function runData({ run_id, title, status, round, facts }: RunStanding) {
  const { pipeline, labels = {}, created_at, ended_at = null, problems, progress } = facts
  return {
    run_id,
    title,
    status,
    round,
    pipeline,
    labels,
    created_at,
    ended_at,
    problems,
    counts: progress.counts,
  }
}

type EndType = Extract<
  NoticeType,
  'run.finished' | 'run.finished_with_problems' | 'run.error' | 'run.aborted'
>

function typeOf({ status, facts: { problems } }: RunStanding): EndType {
  if (status === 'error') return 'run.error'
  if (status === 'aborted') return 'run.aborted'
  return problems.groups + problems.jobs > 0 ? 'run.finished_with_problems' : 'run.finished'
}

function words(type: EndType, { error, facts: { problems } }: RunStanding): string {
  switch (type) {
    case 'run.finished':
      return 'finished'
    case 'run.finished_with_problems':
      return `finished with problems (failed groups: ${problems.groups}, failed jobs: ${problems.jobs})`
    case 'run.error':
      return `failed${error === undefined ? '' : `: ${error.message}`}`
    case 'run.aborted':
      return 'was aborted'
  }
}
