import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { z } from 'zod'

import { devToken } from './dev-token.ts'
import { livingIn, type Process, signalGroup } from './process-group.ts'

const ROOT = join(import.meta.dirname, '../..')
const END_MS = 10_000
const READY = /page\s+(\S+)\/\n.*\n\s+sites\s+(\S+)\/\n/

type StackOptions = {
  /** Settings of `npm start` beyond the ports and the data folder. */
  readonly env?: Readonly<Record<string, string>>
}

/** What a command said and how it ended. */
type Ended = {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** The processes of its group that live on. */
  readonly left: readonly Process[]
}

/** Boots `npm start` on free ports and a data folder of its own, and answers when it is ready. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const stack = new Stack(options)
  try {
    await stack.start()
  } catch (error) {
    await stack.close()
    throw error
  }
  return stack
}

/** A real `npm start` in a process group of its own. */
export class Stack {
  /** The data folder, made by the first `start`. */
  data = ''
  /** Where the API and the page are; the same after another `start`. */
  origin = ''
  /** Where the sample sites are; the same after another `start`. */
  sites = ''
  /** All that was said, for whoever wonders why a test failed. */
  output = ''
  readonly #env: Readonly<Record<string, string>>
  #process: ChildProcess | undefined

  constructor({ env = {} }: StackOptions = {}) {
    this.#env = env
  }

  /** Starts, or starts again, on the same data and the same ports. */
  async start(): Promise<void> {
    this.data ||= mkdtempSync(join(tmpdir(), 'runcast-test-'))
    const child = spawnStart({
      PORT: portOf(this.origin),
      SITES_PORT: portOf(this.sites),
      RUNCAST_DATA: this.data,
      ...this.#env,
    })
    this.#process = child
    const from = this.output.length
    await new Promise<void>((resolve, reject) => {
      const hear = (text: Buffer) => {
        this.output += text.toString()
        const [, origin, sites] = READY.exec(this.output.slice(from)) ?? []
        if (origin === undefined || sites === undefined) return
        this.origin = origin
        this.sites = sites
        resolve()
      }
      child.stdout?.on('data', hear)
      child.stderr?.on('data', hear)
      child.once('exit', () => reject(new Error(`npm start ended:\n${this.output.slice(from)}`)))
    })
  }

  /** The living processes of the group. */
  processes(): Process[] {
    return livingIn(this.#group())
  }

  /** The id of the first process whose command matches. */
  pidOf(command: RegExp): number {
    const found = this.processes().find((running) => command.test(running.command))
    if (!found) throw new Error(`no process is ${String(command)}`)
    return found.pid
  }

  /** Signals every process of the group, as a terminal does on ^C. */
  signalAll(signal: NodeJS.Signals): void {
    signalGroup(this.#group(), signal)
  }

  /** Kills every process at once and answers when none is left. */
  async killAll(): Promise<void> {
    this.signalAll('SIGKILL')
    await this.ended()
  }

  /** Answers when every process that could still write has ended. */
  async ended(): Promise<void> {
    const child = this.#process
    if (child?.stdout?.closed === false) await once(child, 'close')
  }

  token(sub: string): Promise<string> {
    return devToken(this.origin, sub)
  }

  /** Ends everything as ^C does, and removes the data. Throws where ^C left something to kill. */
  async close(): Promise<void> {
    const left = this.#process ? await this.#interrupt() : []
    if (this.data !== '') rmSync(this.data, { recursive: true, force: true })
    if (left.length > 0) throw new Error(`^C left ${JSON.stringify(left)}`)
  }

  /** What lived on for too long after ^C, and was killed. */
  async #interrupt(): Promise<readonly Process[]> {
    let left: readonly Process[] = []
    const late = setTimeout(() => {
      left = this.processes()
      this.signalAll('SIGKILL')
    }, END_MS)
    this.signalAll('SIGINT')
    await this.ended()
    clearTimeout(late)
    return left
  }

  #group(): number {
    const pid = this.#process?.pid
    if (pid === undefined) throw new Error('the stack was not started')
    return pid
  }
}

/** Runs `npm start` to its end, for starts that are expected to fail. */
export async function runStart(env: Readonly<Record<string, string>>): Promise<Ended> {
  const child = spawnStart(env)
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()))
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()))
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr, left: livingIn(z.int().parse(child.pid)) }
}

function spawnStart(env: Readonly<Record<string, string>>): ChildProcess {
  return spawnScript(['start'], env)
}

/** `npm run …` in a process group of its own, without npm's own lines. */
export function spawnScript(
  script: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  // What vitest sets for its own tests must not change what is built and started.
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:NODE_ENV|VITEST|TEST$)/.test(name),
  )
  return spawn('npm', ['run', '--silent', ...script], {
    cwd: ROOT,
    detached: true,
    env: { ...Object.fromEntries(own), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** The port of an origin that is known, or any. */
function portOf(origin: string): string {
  return URL.parse(origin)?.port ?? '0'
}
