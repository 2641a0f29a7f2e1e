import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Partner } from '../partner.ts'
import type { Contender, ContenderName } from './contender.ts'
import { Daemon, type DaemonPlan } from './daemon.ts'
import { fastapi } from './fastapi.ts'
import { nchan } from './nchan.ts'
import { WorkerHost } from './worker-host.ts'

const peers = [nchan, fastapi]

/** Everything that is measured, and the process that holds the watchers. */
export type Servers = {
  readonly host: WorkerHost
  readonly crowd: Partner
  readonly peers: readonly Contender[]
  /** Peers whose programs are missing. */
  readonly skipped: readonly ContenderName[]
}

/** Starts them, and ends what it has started, the last first. */
export class ServerRack {
  // Processes show their files by the real path.
  private readonly data = realpathSync(mkdtempSync(join(tmpdir(), 'runcast-bench-watch-')))
  private readonly closers: (() => Promise<void>)[] = []

  async start(): Promise<Servers> {
    const host = await WorkerHost.start(join(this.data, 'worker'))
    this.closers.push(() => host.end())
    const script = join(import.meta.dirname, 'crowd-process.ts')
    const crowd = new Partner({ name: 'the watchers', script, args: [] })
    this.closers.push(() => crowd.end())
    await crowd.untilReady()
    const installed = peers.filter((peer) => peer.isInstalled())
    const started: Contender[] = []
    for (const peer of installed) {
      const folder = join(this.data, peer.name)
      started.push(await peer.start(folder, (plan) => this.launch(plan)))
    }
    const skipped = peers.filter((peer) => !installed.includes(peer)).map(({ name }) => name)
    return { host, crowd, peers: started, skipped }
  }

  /** Ends them all, also when `start` has not. */
  async close(): Promise<void> {
    for (const close of this.closers.toReversed()) await close()
    rmSync(this.data, { recursive: true, force: true })
  }

  private async launch(plan: DaemonPlan): Promise<Daemon> {
    const daemon = new Daemon(plan)
    this.closers.push(() => daemon.end())
    await daemon.untilListening()
    return daemon
  }
}
