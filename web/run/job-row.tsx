import { memo } from 'react'

import type { JobDetail } from '../../src/protocol/events.ts'
import type { WatchedJob } from '../../src/protocol/fold.ts'
import { isTerminalJob } from '../../src/protocol/terminal.ts'
import { Badge } from '../parts/badge.tsx'
import { useStepWords } from '../parts/nouns.ts'
import { count, jobTone } from '../parts/words.ts'

/** React renders a row again only if its job changed. */
export const JobRow = memo(Row)

function Row({ job: { external_id, title, status, detail } }: { job: WatchedJob }) {
  const words = useStepWords(status)
  const doing = isTerminalJob(status) ? '' : doingWords(detail, words)
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-3 py-2 text-sm">
      <span className="min-w-0 flex-1 wrap-anywhere">{title || external_id}</span>
      <Badge tone={jobTone(status)}>{status}</Badge>
      {doing !== '' && <p className="w-full wrap-anywhere text-muted tabular-nums">{doing}</p>}
      {detail?.error && (
        <p className="w-full wrap-anywhere text-failed-ink">
          {detail.error.message} ({detail.error.code})
        </p>
      )}
    </li>
  )
}

/** Says what the job does: in the job's own words, or else in those of the pipeline for its step. */
function doingWords(detail: JobDetail | undefined, words: string): string {
  const { progress, message = words } = detail ?? {}
  const percent = progress === undefined ? '' : `${count(Math.floor(progress))} %`
  return [percent, message].filter(Boolean).join(' · ')
}
