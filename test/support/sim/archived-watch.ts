import { ArchivedFrames } from '../../../src/archive/archived-frames.ts'
import { groupsOf, runOf } from '../../../src/archive/archived-state.ts'
import { ArchivedWatchers } from '../../../src/archive/archived-watchers.ts'
import { isUpTo } from '../../../src/durable/run/job-page.ts'
import type { Run } from '../../../src/durable/run/run-state.ts'
import type { WatcherRegistry } from '../../../src/durable/watch/watchers.ts'
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
  const jobs = [...places.values()].toSorted((a, b) => a.group_ord - b.group_ord || a.n - b.n)
  const log = [...lines.values()].toSorted((a, b) => a.seq - b.seq)
  const frames = new ArchivedFrames({
    run,
    groups: groupsOf(state, run.seq),
    page_bytes: settings.page_bytes,
    pages: {
      jobs: async (after, limit) =>
        jobs.filter((job) => after === null || !isUpTo(job, after)).slice(0, limit),
      lines: async (after, limit) => log.filter(({ seq }) => seq > after).slice(0, limit),
    },
  })
  return { run, watchers: new ArchivedWatchers({ run, frames, settings, log: failed }) }
}

const failed: Log = (_, message, fields) => {
  throw new Error(message, { cause: fields })
}
