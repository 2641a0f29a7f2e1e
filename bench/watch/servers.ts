import { join } from 'node:path'

import type { Partner } from '../partner.ts'
import type { Workplace } from '../workplace.ts'
import type { Contender, ContenderName } from './contender.ts'
import { Daemon, type DaemonPlan } from './daemon.ts'
import { fastapi } from './fastapi.ts'
import { nchan } from './nchan.ts'
import { startPlainWorker } from './plain-worker.ts'
import type { WorkerHost } from './worker-host.ts'

const peers = [nchan, fastapi]

/** All measured servers, and the process with the watchers. */
export type Servers = {
  readonly host: WorkerHost
  readonly crowd: Partner
  readonly peers: readonly Contender[]
  /** The peers whose programs are not installed. */
  readonly skipped: readonly ContenderName[]
}

export async function startServers(workplace: Workplace): Promise<Servers> {
  const script = join(import.meta.dirname, 'crowd-process.ts')
  const crowd = await workplace.start({ name: 'the watchers', script, args: [] })
  const launch = async (plan: DaemonPlan) => {
    const daemon = new Daemon(plan)
    workplace.atEnd(() => daemon.end())
    await daemon.untilListening()
    return daemon
  }
  const host = await startPlainWorker(join(workplace.folder, 'workerd'), launch)
  const installed = peers.filter((peer) => peer.isInstalled())
  const started: Contender[] = []
  for (const peer of installed)
    started.push(await peer.start(join(workplace.folder, peer.name), launch))
  const skipped = peers.filter((peer) => !installed.includes(peer)).map(({ name }) => name)
  return { host, crowd, peers: started, skipped }
}
