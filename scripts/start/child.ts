import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

import { z } from 'zod'

import { explain, StartFailure } from './failure.ts'

const STOP_MS = 4_000
const STEADY_MS = 30_000
const BACKOFF_MS = 250
const BACKOFF_MAX_MS = 5_000

const Ready = z.object({ ready: z.string() })

export type ChildPlan = {
  /** The name in messages, such as `the database`. */
  readonly name: string
  readonly script: string
  /** `address` is the child's last address, so that a restarted child listens at the same address. */
  readonly args: (address: string | undefined) => readonly string[]
  readonly report: (line: string) => void
}

/**
 * A child process that tells when it is ready and at which address. It is started again if it ends by
 * itself, and it ends with this process, even if this one is killed (see `endWithParent`).
 */
export class Child {
  readonly #plan: ChildPlan
  #process: ChildProcess | undefined
  #address: string | undefined
  #pause = BACKOFF_MS
  #stopping = false

  constructor(plan: ChildPlan) {
    this.#plan = plan
  }

  /** The last address that the child told. */
  get address(): string | undefined {
    return this.#address
  }

  /** Starts the child, and returns the address that the child tells when it is ready. */
  async start(): Promise<string> {
    const { script, args } = this.#plan
    // The child's output goes to stderr. The command prints its own output to stdout.
    const child = fork(script, args(this.#address), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#process = child
    this.#address = await this.#addressOf(child)
    const since = Date.now()
    child.once('exit', (code, signal) => {
      if (Date.now() - since > STEADY_MS) this.#pause = BACKOFF_MS
      void this.#startAgain(signal ?? `code ${code}`)
    })
    return this.#address
  }

  async stop(): Promise<void> {
    this.#stopping = true
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    child.kill('SIGTERM')
    await once(child, 'exit')
    clearTimeout(late)
  }

  async #addressOf(child: ChildProcess): Promise<string> {
    const ended = new AbortController()
    child.once('exit', () => ended.abort())
    try {
      const [message]: unknown[] = await once(child, 'message', { signal: ended.signal })
      return Ready.parse(message).ready
    } catch (error) {
      throw new StartFailure(`${this.#plan.name} ended before it was ready`, { cause: error })
    }
  }

  async #startAgain(why: string): Promise<void> {
    if (this.#stopping) return
    this.#plan.report(`${this.#plan.name} ended (${why}) and is started again`)
    await delay(this.#pause)
    this.#pause = Math.min(this.#pause * 2, BACKOFF_MAX_MS)
    if (this.#stopping) return
    await this.start().catch((error: unknown) => this.#startAgain(explain(error)))
  }
}
