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
  /** As messages call it: `the database`. */
  readonly name: string
  readonly script: string
  /** `address` is what the child said last time, so that it comes back at the same place. */
  readonly args: (address: string | undefined) => readonly string[]
  readonly report: (line: string) => void
}

/**
 * A process of ours that says when it is ready and where, that is started again when it ends by
 * itself, and that ends with this one even when this one is killed (see `endWithParent`).
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

  /** Starts it, and answers the address that it says once it is ready. */
  async start(): Promise<string> {
    const { script, args } = this.#plan
    // What a child has to say goes to stderr: stdout belongs to the command that started it all.
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
