import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

import { z } from 'zod'

import { BenchFailure } from './failure.ts'

const READY_MS = 300_000
const END_MS = 15_000

const Ready = z.object({ ready: z.string() })

export type PartnerPlan = {
  /** The name in messages, such as `the sites`. */
  readonly name: string
  readonly script: string
  readonly args: readonly string[]
}

/** A child process that tells the address at which it is ready. It answers each message with one message. */
export class Partner {
  readonly #name: string
  readonly #process: ChildProcess
  #ready = ''

  constructor({ name, script, args }: PartnerPlan) {
    this.#name = name
    // The child's output goes to stderr, because the bench prints its table to stdout.
    this.#process = fork(script, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  }

  async untilReady(): Promise<this> {
    this.#ready = Ready.parse(await this.#next(READY_MS)).ready
    return this
  }

  /** The address that the process told when it was ready. */
  get ready(): string {
    return this.#ready
  }

  get pid(): number {
    const { pid } = this.#process
    if (pid === undefined) throw new BenchFailure(`${this.#name} was not started`)
    return pid
  }

  /** Kills the process at once, without a chance to end its work. */
  async kill(): Promise<void> {
    const exit = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await exit
  }

  async ask<T>(question: string | object, answer: z.ZodType<T>, wait_ms: number): Promise<T> {
    const next = this.#next(wait_ms)
    this.#process.send(question)
    return answer.parse(await next)
  }

  /** Ends the process by closing its channel. Kills it if it does not end in time. */
  async end(): Promise<void> {
    const child = this.#process
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    if (child.connected) child.disconnect()
    const late = setTimeout(() => child.kill('SIGKILL'), END_MS)
    await exit
    clearTimeout(late)
  }

  async #next(wait_ms: number): Promise<unknown> {
    const ended = new AbortController()
    const end = () => ended.abort()
    this.#process.once('exit', end)
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(wait_ms)])
    try {
      const [message]: unknown[] = await once(this.#process, 'message', { signal })
      return message
    } catch (error) {
      const why = ended.signal.aborted ? 'ended' : `said nothing for ${wait_ms / 1_000} s`
      throw new BenchFailure(`${this.#name} ${why}`, { cause: error })
    } finally {
      this.#process.off('exit', end)
    }
  }
}
