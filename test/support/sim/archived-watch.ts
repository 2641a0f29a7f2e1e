import { archivedRows } from '../../../src/archive/archived-rows.ts'
import { groupsOf, runOf } from '../../../src/archive/archived-state.ts'
import type { Run } from '../../../src/durable/run/run-state.ts'
import { RunProgress } from '../../../src/durable/run/watch/progress.ts'
import { RunFrames } from '../../../src/durable/run/watch/run-watch.ts'
import { Watchers } from '../../../src/durable/run/watch/watchers.ts'
import type { Settings } from '../../../src/settings.ts'
import { alice } from '../test-run.ts'
import { Broken } from './broken.ts'
import type { Database } from './database.ts'

/** The watchers of an archived run over the model of Postgres, wired as in the real watch endpoint. */
export function archivedWatch(
  { run: row, group_keys, places, lines }: Database,
  settings: Settings,
): { run: Run; watchers: Watchers } {
  if (row === undefined || group_keys === undefined)
    throw new Broken('postgres', 'a run was let go of that is not archived')
  const state = { view: row.view, group_keys }
  const run = runOf(state, alice)
  const rows = archivedRows({
    run,
    groups: groupsOf(state, run.seq),
    jobs: [...places.values()].toSorted((a, b) => a.group_ord - b.group_ord || a.n - b.n),
    lines: [...lines.values()].toSorted((a, b) => a.seq - b.seq),
  })
  const frames = new RunFrames(rows, settings.page_bytes)
  const progress = new RunProgress(settings)
  const watched = {
    seq: () => run.seq,
    frame: frames.frame.bind(frames, run),
    progress: () => progress.frame({ run, entries: [], now: Date.now() }),
    ticked: () => frames.ticked(run.seq),
    forget: () => frames.forget(run.seq),
    synced: () => Promise.resolve(),
    failed(error: unknown) {
      throw error
    },
  }
  return { run, watchers: new Watchers(watched, settings) }
}
