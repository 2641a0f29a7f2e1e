import type { Group } from '../durable/run/group-state.ts'
import { openGroup } from '../durable/run/group-state.ts'
import type { Run } from '../durable/run/run-state.ts'
import { parseCursor } from '../protocol/cursor.ts'
import type { Owner } from '../protocol/ids.ts'
import type { RunView } from '../protocol/run.ts'
import type { ArchivedState } from './archive-port.ts'

/**
 * Makes the state of an archived run that frames show. The archive does not keep the seq of each part's last
 * change, so each part has the run's last seq: a watcher with an older cursor is sent all parts.
 */
export function runOf({ view }: ArchivedState, owner: Owner): Run {
  const cursor = parseCursor(view.cursor)
  if (cursor === undefined) throw new Error('an archived run has a cursor')
  const { epoch, seq } = cursor
  const { run_id, pipeline, round, created_at } = view
  return {
    run_id,
    owner,
    pipeline,
    flight_jobs: 1,
    body_hash: '',
    epoch,
    round,
    seq,
    status_seq: seq,
    added_seq: seq,
    titled_seq: seq,
    plans_sent: 0,
    created_at: Date.parse(created_at),
    ...endOf(view),
  }
}

export function groupsOf({ view, group_keys }: ArchivedState, seq: number): Group[] {
  return group_keys.map((key, ord) => {
    const { title, status = 'failed', found = 0, reason = null } = view.groups[key] ?? {}
    return { ...openGroup(ord, key, title), status, found, reason, seq }
  })
}

function endOf(view: RunView): Pick<Run, 'life' | 'tally'> {
  const { snapshot, counts, status, abort } = view
  if (snapshot === undefined || view.ended_at === undefined)
    throw new Error('an archived run has ended')
  const { groups_closed, groups_failed, group_counts, gone, changed, unchanged } = snapshot
  const ended = {
    started_at: view.started_at === undefined ? null : Date.parse(view.started_at),
    ended_at: Date.parse(view.ended_at),
    snapshot,
  }
  const tally = {
    jobs: counts.by_status,
    outcomes: { new: snapshot.new, changed, unchanged },
    groups_open: 0,
    groups_closed,
    groups_failed,
    groups_aborted: group_counts?.by_status.aborted ?? 0,
    ...(gone === undefined ? {} : { gone }),
  }
  if (abort !== undefined) return { tally, life: { status: 'aborted', ...ended, receipt: abort } }
  return { tally, life: { status: status === 'error' ? 'error' : 'finished', ...ended } }
}
