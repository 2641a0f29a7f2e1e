import type { Contender, ContenderName } from './contender.ts'
import type { Daemon, DaemonPlan } from './daemon.ts'

/** Something that people watch their runs with today. */
export type Peer = {
  readonly name: ContenderName
  isInstalled(): boolean
  /** `launch` answers when the program listens, and whatever becomes of the bench ends it. */
  start(folder: string, launch: Launch): Promise<Contender>
}

export type Launch = (plan: DaemonPlan) => Promise<Daemon>
