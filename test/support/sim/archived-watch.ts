import { archivedRows } from '../../../src/archive/archived-rows.ts'
import { groupsOf, runOf } from '../../../src/archive/archived-state.ts'
import { ArchivedWatchers } from '../../../src/archive/archived-watchers.ts'
import type { Run } from '../../../src/durable/run/run-state.ts'
import type { WatcherRegistry } from '../../../src/durable/run/watch/watchers.ts'
import type { Log } from '../../../src/log.ts'
import type { Settings } from '../../../src/settings.ts'
import { alice } from '../test-run.ts'
import { Broken } from './broken.ts'
import type { Database } from './database.ts'

/** The watchers of an archived run over the model of Postgres, wired as in the real watch endpoint. */
export function archivedWatch(
  { run: row, group_keys, places, lines }: Database,
  settings: Settings,
): { run: Run; watchers: WatcherRegistry } {
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
  return { run, watchers: new ArchivedWatchers({ run, rows, settings, log: failed }) }
}

const failed: Log = (_, message, fields) => {
  throw new Error(message, { cause: fields })
}
