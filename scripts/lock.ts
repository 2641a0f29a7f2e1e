import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join, relative } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** Another process holds the lock. */
export class LockHeld extends Error {}

/**
 * Takes the lock `name` on `folder` until this process ends. Waits up to `wait_ms` for its holder. The lock
 * is a listening socket, not a file with a process id: a socket ends with its process. So after a kill -9
 * nobody has to judge whether the lock is stale or whether another process got the same id.
 */
export async function takeLock(folder: string, name: string, wait_ms = 0): Promise<void> {
  const path = socketPath(join(folder, `${name}.lock`))
  const deadline = Date.now() + wait_ms
  for (;;) {
    if (await listen(path)) return
    if (!(await answers(path))) rmSync(path, { force: true })
    else if (Date.now() >= deadline) throw new LockHeld(`${folder} is in use`)
    else await delay(50)
  }
}

/** Returns the shorter of the absolute and the relative path: a socket's path has room for about 100 bytes. */
function socketPath(path: string): string {
  const short = relative(process.cwd(), path)
  return short.length < path.length ? short : path
}

async function listen(path: string): Promise<boolean> {
  const server: Server = createServer((socket) => socket.destroy())
  server.listen(path)
  try {
    await once(server, 'listening')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false
    throw error
  }
  server.unref()
  return true
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    // The connection was refused, or the file has gone: the process that made the socket has died.
    return false
  } finally {
    socket.destroy()
  }
}
