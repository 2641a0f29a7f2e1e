import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { Daemon, freePort } from '../watch/daemon.ts'
import { isPackageInstalled, startPeer } from './peer.ts'
import type { QueueKind } from './queue.ts'

const REDIS = '/usr/bin/redis-server'

export const bullmq: QueueKind = {
  name: 'bullmq',
  isInstalled: () => existsSync(REDIS) && isPackageInstalled('bullmq'),
  async start(surroundings) {
    const { workplace, postgres } = surroundings
    const port = await freePort()
    const folder = join(workplace.folder, 'redis')
    mkdirSync(folder)
    const redis = new Daemon({ command: REDIS, args: settings(folder, port), port })
    workplace.atEnd(() => redis.end())
    await redis.untilListening()
    const plan = {
      name: 'bullmq',
      writes: '1 job a statement',
      script: 'bullmq.mjs',
      args: [String(port), postgres.url],
      stores: [redis.pid],
    }
    return startPeer(plan, surroundings)
  },
}

/** The settings that BullMQ's page "Going to production" asks for: an append-only file, synced each second, and no eviction. */
function settings(folder: string, port: number): string[] {
  return Object.entries({
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'yes',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
  }).flatMap(([name, value]) => [`--${name}`, value])
}
