import { Link } from '@tanstack/react-router'

import type { DocumentView } from '../../src/protocol/document.ts'
import { isTerminalJob } from '../../src/protocol/terminal.ts'
import { Badge } from '../parts/badge.tsx'
import { useDocumentLink } from '../parts/matter-links.ts'
import { jobTone } from '../parts/words.ts'
import { useSeen } from '../wire/seen.ts'
import { useDocumentRun, useFollowRetriedRun } from './document-run.ts'
import { attachedWords, doingWords, percentOfAll, type ShownState } from './document-state.ts'
import { Mend } from './mend.tsx'

type DocumentRowProps = {
  document: DocumentView
  isFollowed: boolean
  /** Called when a person changed the document. Undefined: this person may only read. */
  onChange: (() => void) | undefined
}

/** A document in the list. Shows the run's state if the page follows the run, else the stored state. */
export function DocumentRow({ isFollowed, ...props }: DocumentRowProps) {
  return isFollowed ? <FollowedRow {...props} /> : <Row {...props} state={props.document} />
}

type FollowedRowProps = Omit<DocumentRowProps, 'isFollowed'>

function FollowedRow({ document, onChange }: FollowedRowProps) {
  const { matter, group = matter, document_id, run_id } = document
  const followAgain = useFollowRetriedRun(run_id)
  const change = () => {
    // The retried run may have ended before the list is loaded again.
    followAgain()
    onChange?.()
  }
  const { job, cursor } = useDocumentRun(
    run_id,
    (told) => ({ job: told.run.jobs.get(group)?.get(document_id), cursor: told.cursor }),
    (before, after) => before.job === after.job,
  )
  useSeen(run_id, cursor)
  const state = job === undefined ? document : { ...job.detail, status: job.status }
  return <Row {...{ document, state }} onChange={onChange && change} />
}

/** Every row has the same lines, so that no row moves when another one changes. */
function Row({ document, state, onChange }: FollowedRowProps & { state: ShownState }) {
  const { name, document_id, content } = document
  const { status, error } = state
  const linkTo = useDocumentLink()
  return (
    <li className="relative space-y-1 py-3" data-testid="document" data-status={status}>
      <div className="flex items-baseline gap-x-3">
        <span className="min-w-0 flex-1 font-semibold wrap-anywhere">
          {content === undefined ? (
            name
          ) : (
            <Link {...linkTo({ document_id })} className="text-accent underline">
              {name}
            </Link>
          )}
        </span>
        <Badge tone={jobTone(status)}>{status}</Badge>
      </div>
      <p className="text-sm text-muted wrap-anywhere tabular-nums">
        {[attachedWords(document), doingWords(document, state)].filter(Boolean).join(' · ')}
      </p>
      {!isTerminalJob(status) && <Bar name={name} percent={percentOfAll(state)} />}
      {isTerminalJob(status) && status !== 'ready' && (
        <div className="rounded-lg bg-failed-soft p-3 text-failed-ink">
          {onChange === undefined ? (
            // What a failure says is advice to the owner.
            <p>This document could not be read.</p>
          ) : (
            <>
              <p className="wrap-anywhere">
                {error?.message ?? 'The run was aborted before this document was read.'}
              </p>
              <Mend document={document} code={error?.code} onMended={onChange} />
            </>
          )}
        </div>
      )}
    </li>
  )
}

/** The progress bar on the line between two rows. */
function Bar({ name, percent }: { name: string; percent: number }) {
  return (
    <div className="absolute inset-x-0 bottom-0 h-1 overflow-hidden rounded-full">
      <progress
        className="absolute size-px opacity-0"
        aria-label={name}
        max={100}
        value={percent}
      />
      <div
        aria-hidden
        className="h-full bg-working-bar transition-[width] duration-150"
        style={{ width: `${percent}%` }}
      />
    </div>
  )
}
