import type { ProcessTree } from '../process-tree.ts'
import type { Target } from './watcher.ts'
import type { Driven, Workload } from './workload.ts'

/** Who is measured, in the order of the table. */
export const contenders = ['floor', 'runcast', 'nchan', 'fastapi'] as const
export type ContenderName = (typeof contenders)[number]

/** A run that can be watched, and in which nothing has changed yet. */
export type OpenRun = {
  readonly target: Target
  /** Makes all changes and ends the run. */
  drive(): Promise<Driven>
}

export type Contender = {
  readonly name: ContenderName
  /** All that serves. */
  readonly processes: ProcessTree
  open(workload: Workload): Promise<OpenRun>
}
