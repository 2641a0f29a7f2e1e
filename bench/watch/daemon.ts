import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

import { BenchFailure } from '../failure.ts'
import { ProcessTree } from '../process-tree.ts'

const READY_MS = 15_000
const END_MS = 5_000
const POLL_MS = 50

export type DaemonPlan = {
  readonly command: string
  readonly args: readonly string[]
  /** Variables in addition to those of this process. */
  readonly environment?: NodeJS.ProcessEnv
  readonly port: number
  /** The user of the process, if it is not this process's own. */
  readonly user?: { readonly uid: number; readonly gid: number }
  /** The signal that ends the process. SIGTERM by default. */
  readonly end_signal?: NodeJS.Signals
}

/** A peer's server in a process group of its own. The whole group is ended together. */
export class Daemon {
  readonly pid: number
  private readonly plan: DaemonPlan
  private readonly child: ChildProcess

  constructor(plan: DaemonPlan) {
    this.plan = plan
    const { command, args, environment, user } = plan
    this.child = spawn(command, args, {
      ...user,
      detached: true,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    // Without a listener, a program that cannot be started would end the bench with its event.
    this.child.on('error', () => undefined)
    if (this.child.pid === undefined) throw new BenchFailure(`${command} cannot be started`)
    this.pid = this.child.pid
  }

  async untilListening(): Promise<void> {
    const { command, port } = this.plan
    const processes = new ProcessTree([this.pid])
    const deadline = Date.now() + READY_MS
    while (!processes.ports().includes(port)) {
      if (this.hasEnded || Date.now() > deadline)
        throw new BenchFailure(`${command} does not listen on its port`)
      await delay(POLL_MS)
    }
  }

  async end(): Promise<void> {
    if (this.hasEnded) return
    const exit = once(this.child, 'exit')
    process.kill(-this.pid, this.plan.end_signal ?? 'SIGTERM')
    const late = setTimeout(() => process.kill(-this.pid, 'SIGKILL'), END_MS)
    await exit
    clearTimeout(late)
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string')
    throw new BenchFailure('no port of loopback is free')
  return address.port
}
