import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { Client } from 'pg'

import { BenchFailure } from '../failure.ts'
import { Daemon, freePort } from '../watch/daemon.ts'
import type { Workplace } from '../workplace.ts'

const INSTALLED = '/usr/lib/postgresql'
const READY_MS = 20_000
const POLL_MS = 100

/** A server of its own with its default settings, and a connection of the bench. */
export type OwnPostgres = {
  readonly pid: number
  readonly url: string
  readonly client: Client
}

/** The folder of the newest installed Postgres' programs, if there is one. */
export function postgresPrograms(): string | undefined {
  if (!existsSync(INSTALLED)) return undefined
  const versions = readdirSync(INSTALLED).toSorted((a, b) => Number(b) - Number(a))
  return versions
    .map((version) => join(INSTALLED, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')))
}

export async function startOwnPostgres(workplace: Workplace, bin: string): Promise<OwnPostgres> {
  const user = otherThanRoot()
  const folder = mkdtempSync(join(tmpdir(), 'runcast-bench-postgres-'))
  workplace.atEnd(async () => rmSync(folder, { recursive: true, force: true }))
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const made = ['--pgdata', data, '--username=bench', '--auth=trust', '--no-sync']
  execFileSync(join(bin, 'initdb'), [...made, '--encoding=UTF8', '--locale=C'], {
    ...user,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const port = await freePort()
  // Its log would tell of each connection of a killed worker.
  const quiet = 'log_min_messages=fatal'
  const settings = [quiet, 'listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=']
  const daemon = new Daemon({
    command: join(bin, 'postgres'),
    args: ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    port,
    ...(user && { user }),
    // Without waiting for the connections that are still open.
    end_signal: 'SIGINT',
  })
  workplace.atEnd(() => daemon.end())
  await daemon.untilListening()
  const url = `postgres://bench@127.0.0.1:${port}/postgres`
  const client = await untilAnswering(url)
  workplace.atEnd(() => client.end())
  return { pid: daemon.pid, url, client }
}

/** Postgres does not run as root. Its package makes the user `postgres`. */
function otherThanRoot(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  return { uid: idOfPostgres('-u'), gid: idOfPostgres('-g') }
}

function idOfPostgres(kind: '-u' | '-g'): number {
  return Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }))
}

/** Postgres listens before it takes its first connection. */
async function untilAnswering(url: string): Promise<Client> {
  const deadline = Date.now() + READY_MS
  for (;;) {
    const client = new Client({ connectionString: url })
    try {
      await client.connect()
      return client
    } catch (error) {
      if (Date.now() > deadline)
        throw new BenchFailure('Postgres takes no connection', { cause: error })
      await delay(POLL_MS)
    }
  }
}
