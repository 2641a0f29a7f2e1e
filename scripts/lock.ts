import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join, relative } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** Another process holds the lock. */
export class LockHeld extends Error {}

/**
 * Takes the lock `name` on `folder` until this process ends, or calls what is returned. Waits up to `wait_ms` for its
 * holder. The lock is a listening socket, not a file with a process id: a socket ends with its process. So after a kill -9
 * nobody has to judge whether the lock is stale or whether another process got the same id.
 */
export async function takeLock(folder: string, name: string, wait_ms = 0): Promise<() => void> {
  const path = socketPath(join(folder, `${name}.lock`))
  const deadline = Date.now() + wait_ms
  for (;;) {
    const server = await listen(path)
    if (server !== undefined) return () => void server.close()
    const holder = await holderOf(path)
    if (holder === 'dead') rmSync(path, { force: true })
    else if (holder === 'alive' && Date.now() >= deadline) throw new LockHeld(`${folder} is in use`)
    else await delay(50)
  }
}

/** Returns the shorter of the absolute and the relative path: a socket's path has room for about 100 bytes. */
function socketPath(path: string): string {
  const short = relative(process.cwd(), path)
  return short.length < path.length ? short : path
}

/** Returns undefined if the path has a socket. */
async function listen(path: string): Promise<Server | undefined> {
  const server: Server = createServer((socket) => socket.destroy())
  server.listen(path)
  try {
    await once(server, 'listening')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined
    throw error
  }
  server.unref()
  return server
}

/** A holder that died leaves its socket, and nobody answers there. One that released the lock has taken the socket away. */
async function holderOf(path: string): Promise<'alive' | 'dead' | 'gone'> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return 'alive'
  } catch (error) {
    // Somebody else may have the lock by now, whose socket must not be removed.
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'gone' : 'dead'
  } finally {
    socket.destroy()
  }
}
