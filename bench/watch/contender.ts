import type { ProcessTree } from '../process-tree.ts'
import type { Target } from './watcher.ts'
import type { Driven, Workload } from './workload.ts'

/** The measured servers, in the order of the table. */
export const contenders = ['floor', 'runcast', 'nchan', 'fastapi'] as const
export type ContenderName = (typeof contenders)[number]

/** A run that can be watched, before its first change. */
export type OpenRun = {
  readonly target: Target
  /** Makes all changes, and ends the run. */
  drive(): Promise<Driven>
}

export type Contender = {
  readonly name: ContenderName
  /** All processes of the server. */
  readonly processes: ProcessTree
  open(workload: Workload): Promise<OpenRun>
}
