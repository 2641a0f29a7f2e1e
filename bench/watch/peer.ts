import type { Contender, ContenderName } from './contender.ts'
import type { Daemon, DaemonPlan } from './daemon.ts'

/** Another server that people use to watch runs. */
export type Peer = {
  readonly name: ContenderName
  isInstalled(): boolean
  /** `launch` starts a program, and returns when it listens. The program ends with the bench. */
  start(folder: string, launch: Launch): Promise<Contender>
}

export type Launch = (plan: DaemonPlan) => Promise<Daemon>
