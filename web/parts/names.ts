import type { WatchedRun } from '../../src/protocol/fold.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import type { Nouns } from '../../src/protocol/pipelines.ts'
import type { RunSubject, RunSummary } from '../../src/protocol/run.ts'
import type { NounsOf } from './nouns.ts'
import { countOf } from './words.ts'

/** Returns a group's name for a person. */
export function groupTitle({ groups }: Pick<WatchedRun, 'groups'>, group: string): string {
  return groups.get(group)?.title ?? group
}

type NamedRun = Pick<RunSummary, 'run_id' | 'pipeline' | 'name' | 'subject'>

/** Calls a run of the list by the name it was given, or by its only group, or by the number of its groups. */
export function listedName(
  { run_id, pipeline, name, subject }: NamedRun,
  nounsOf: NounsOf,
): string {
  return name ?? (subject ? nameOf(subject, nounsOf(pipeline)) : unnamed(run_id))
}

/** Names a watched run that was given no name. Returns undefined until its groups are known. */
export function watchedName(
  { groups }: Pick<WatchedRun, 'groups'>,
  pipeline: string | undefined,
  nounsOf: NounsOf,
): string | undefined {
  const [first] = groups.keys()
  if (first === undefined) return undefined
  if (groups.size === 1) return groupTitle({ groups }, first)
  return pipeline && nameOf({ groups: groups.size }, nounsOf(pipeline))
}

/** Names a run that has no name by the beginning of its id. */
export function unnamed(run_id: RunId): string {
  return `Run ${run_id.slice(0, 8)}`
}

function nameOf({ groups, title }: RunSubject, { group }: Nouns): string {
  return title ?? countOf(groups, group)
}
