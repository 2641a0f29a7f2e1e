import type { WatchedRun } from '../src/protocol/fold.ts'
import type { RunId } from '../src/protocol/ids.ts'
import { nounsOf } from '../src/protocol/nouns.ts'
import type { RunSubject, RunSummary } from '../src/protocol/run.ts'
import { countOf } from './words.ts'

/** What a person calls a group of a run. */
export function groupTitle({ groups }: Pick<WatchedRun, 'groups'>, group: string): string {
  return groups.get(group)?.title ?? group
}

/** What a run of the list is called: by its one group, or by how many there are. */
export function listedName({ run_id, pipeline, subject }: RunSummary): string {
  return subject ? nameOf(subject, pipeline) : unnamed(run_id)
}

/** What a run is called that is watched; undefined as long as that is not known. */
export function watchedName(
  { groups }: Pick<WatchedRun, 'groups'>,
  pipeline: string | undefined,
): string | undefined {
  const [first] = groups.keys()
  if (first === undefined) return undefined
  if (groups.size === 1) return groupTitle({ groups }, first)
  return pipeline && nameOf({ groups: groups.size }, pipeline)
}

/** What stands for the name of a run that has none. */
export function unnamed(run_id: RunId): string {
  return `Run ${run_id.slice(0, 8)}`
}

function nameOf({ groups, title }: RunSubject, pipeline: string): string {
  return title ?? countOf(groups, nounsOf(pipeline).group)
}
