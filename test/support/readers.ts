import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import type { RunId } from '../../src/protocol/ids.ts'

const SCRIPT = join(import.meta.dirname, 'reader-process.ts')

type Api = { readonly port: number; readonly token: string }

/** Client processes with many connections each to one run's stream. They end only when they are killed. */
export class Readers {
  private readonly children: readonly ChildProcess[]

  private constructor(children: readonly ChildProcess[]) {
    this.children = children
  }

  /** Returns when every connection has the full state. */
  static async open(
    api: Api,
    run_id: RunId,
    { processes, each }: { readonly processes: number; readonly each: number },
  ): Promise<Readers> {
    const args = [String(api.port), String(each), streamRequest(api, run_id)]
    const children = Array.from({ length: processes }, () =>
      fork(SCRIPT, args, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
    )
    await Promise.all(children.map((child) => once(child, 'message')))
    return new Readers(children)
  }

  /** Stops the first processes from reading, like a suspended machine. */
  stop(processes: number): void {
    for (const child of this.children.slice(0, processes)) child.kill('SIGSTOP')
  }

  /** Kills all processes, so that no connection is closed in good order. */
  async kill(): Promise<void> {
    const ended = this.children.map((child) => once(child, 'exit'))
    for (const child of this.children) child.kill('SIGKILL')
    await Promise.all(ended)
  }
}

/** The text of a request, so that no library is between a test and its connection. */
export function streamRequest({ token }: Pick<Api, 'token'>, run_id: RunId): string {
  const path = `/api/runs/${run_id}/stream?lean=1`
  return `GET ${path} HTTP/1.1\r\nhost: test\r\nauthorization: Bearer ${token}\r\n\r\n`
}
