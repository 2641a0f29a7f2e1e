import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { z } from 'zod'

import { devToken } from './dev-token.ts'
import { livingIn, type Process, signalGroup } from './process-group.ts'

const ROOT = join(import.meta.dirname, '../..')
const END_MS = 30_000
const READY = /page\s+(\S+)\/\n.*\n\s+sites\s+(\S+)\/\n/

type StackOptions = {
  /** Settings of `npm start` in addition to the ports and the data folder. */
  readonly env?: Readonly<Record<string, string>>
  /** The project to start, if it is a copy of this one. */
  readonly root?: string
  /** Whether npm starts the script, as a user does. Without npm a start takes less processor time. */
  readonly by?: 'npm' | 'node'
}

/** The output of a command, and its end. */
type Ended = {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** The processes of its group that are still alive. */
  readonly left: readonly Process[]
}

/** Boots what `npm start` boots on free ports with a data folder of its own. Returns when it is ready. */
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

/** The real processes of `npm start`, in a process group of their own. */
export class Stack {
  /** The data folder. The first `start` makes it. */
  data = ''
  /** The origin of the API and the page. It stays the same after another `start`. */
  origin = ''
  /** The origin of the sample sites. It stays the same after another `start`. */
  sites = ''
  /** The whole output, for finding out why a test failed. */
  output = ''
  readonly #env: Readonly<Record<string, string>>
  readonly #root: string
  readonly #by: 'npm' | 'node'
  #process: ChildProcess | undefined

  constructor({ env = {}, root = ROOT, by = 'node' }: StackOptions = {}) {
    this.#env = env
    this.#root = root
    this.#by = by
  }

  /** Starts the stack. Another call starts it again with the same data and ports. */
  async start(): Promise<void> {
    this.data ||= mkdtempSync(join(tmpdir(), 'runcast-test-'))
    const own = {
      PORT: portOf(this.origin),
      SITES_PORT: portOf(this.sites),
      RUNCAST_DATA: this.data,
    }
    const command = this.#by === 'npm' ? npmRun(['start']) : [process.execPath, 'scripts/start.ts']
    const child = spawnGroup(command, { ...own, ...this.#env }, this.#root)
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

  /** Lists the living processes of the group. */
  processes(): Process[] {
    return livingIn(this.#group())
  }

  /** Returns the id of the first process whose command matches. */
  pidOf(command: RegExp): number {
    const found = this.processes().find((running) => command.test(running.command))
    if (!found) throw new Error(`no process is ${String(command)}`)
    return found.pid
  }

  /** Signals every process of the group, as a terminal does on ^C. */
  signalAll(signal: NodeJS.Signals): void {
    signalGroup(this.#group(), signal)
  }

  /** Kills every process at once, and returns when none is left. */
  async killAll(): Promise<void> {
    this.signalAll('SIGKILL')
    await this.ended()
  }

  /** Returns when every process that could still write has ended. */
  async ended(): Promise<void> {
    const child = this.#process
    if (child?.stdout?.closed === false) await once(child, 'close')
  }

  token(sub: string): Promise<string> {
    return devToken(this.origin, sub)
  }

  /** Ends everything like ^C, and removes the data. Throws if a process lived on after ^C. */
  async close(): Promise<void> {
    const left = this.#process ? await this.#interrupt() : []
    if (this.data !== '') rmSync(this.data, { recursive: true, force: true })
    if (left.length > 0) throw new Error(`^C left ${JSON.stringify(left)}`)
  }

  /** Sends ^C. Kills the processes that live on for too long, and returns them. */
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

/** Runs `npm start` until it ends, for starts that must fail. */
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

/** Runs an npm script in a process group of its own, without npm's own output. */
export function spawnScript(
  script: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawnGroup(npmRun(script), env)
}

function npmRun(script: readonly string[]): readonly string[] {
  return ['npm', 'run', '--silent', ...script]
}

function spawnGroup(
  [command = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  root = ROOT,
): ChildProcess {
  // The variables that vitest sets for its tests must not change the build or the start.
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:NODE_ENV|VITEST|TEST$)/.test(name),
  )
  return spawn(command, args, {
    cwd: root,
    detached: true,
    env: { ...Object.fromEntries(own), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** The port of a known origin, or 0 for any port. */
function portOf(origin: string): string {
  return URL.parse(origin)?.port ?? '0'
}
