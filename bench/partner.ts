import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

import { z } from 'zod'

import { BenchFailure } from './failure.ts'

const READY_MS = 60_000
const END_MS = 15_000

const Ready = z.object({ ready: z.string() })

export type PartnerPlan = {
  /** As messages call it: `the sites`. */
  readonly name: string
  readonly script: string
  readonly args: readonly string[]
}

/** A process beside this one that says where it is ready, and answers each message with one. */
export class Partner {
  readonly #name: string
  readonly #process: ChildProcess
  #ready = ''

  constructor({ name, script, args }: PartnerPlan) {
    this.#name = name
    // What it has to say goes to stderr: stdout belongs to the bench's table.
    this.#process = fork(script, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  }

  async untilReady(): Promise<this> {
    this.#ready = Ready.parse(await this.#next(READY_MS)).ready
    return this
  }

  /** Where it said that it is ready. */
  get ready(): string {
    return this.#ready
  }

  async ask<T>(question: string | object, answer: z.ZodType<T>, wait_ms: number): Promise<T> {
    const next = this.#next(wait_ms)
    this.#process.send(question)
    return answer.parse(await next)
  }

  /** It ends in good order when its channel closes. */
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
