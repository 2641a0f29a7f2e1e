import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { ProcessTree } from '../process-tree.ts'
import type { Contender } from './contender.ts'
import { type DaemonPlan, freePort } from './daemon.ts'
import type { Peer } from './peer.ts'
import { listingOf, Publisher } from './publisher.ts'
import type { Workload } from './workload.ts'

const REDIS = '/usr/bin/redis-server'
// The system's own Python, because peers/install.sh installs its packages.
const PYTHON = '/usr/bin/python3'
const PEERS = join(import.meta.dirname, 'peers')

type Ports = { readonly app: number; readonly redis: number }

export const fastapi: Peer = {
  name: 'fastapi',
  isInstalled() {
    const modules = 'import fastapi, redis.asyncio, uvicorn'
    return existsSync(REDIS) && spawnSync(PYTHON, ['-c', modules]).status === 0
  },
  async start(folder, launch) {
    const ports = { app: await freePort(), redis: await freePort() }
    mkdirSync(folder)
    const redis = await launch(redisPlan(folder, ports))
    const app = await launch(appPlan(ports))
    return contender(ports, new ProcessTree([redis.pid, app.pid]))
  },
}

function redisPlan(folder: string, { redis: port }: Ports): DaemonPlan {
  const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no' }
  return { command: REDIS, args: flags(settings), port }
}

/** Runs one worker process, because an asyncio program has one event loop. */
function appPlan({ app: port, redis }: Ports): DaemonPlan {
  const settings = { 'app-dir': PEERS, host: '127.0.0.1', port, 'log-level': 'warning' }
  return {
    command: PYTHON,
    args: ['-B', '-m', 'uvicorn', 'app:app', '--no-access-log', ...flags(settings)],
    environment: { REDIS_URL: `redis://127.0.0.1:${redis}` },
    port,
  }
}

function flags(settings: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
}

/** In the earlier design the workers wrote to Redis themselves. The bench does that in their place. */
function contender(ports: Ports, processes: ProcessTree): Contender {
  let runs = 0
  return {
    name: 'fastapi',
    processes,
    async open(workload: Workload) {
      const run = `run${++runs}`
      const publisher = new Publisher({
        port: ports.redis,
        taken: /^[:+].*\r$/gm,
        // Redis keeps a run's listing for watchers that connect. Later events are published.
        encode: (event, data) =>
          event === 'all_jobs'
            ? command(['SET', `listing:${run}`, data])
            : command(['PUBLISH', `run:${run}`, `event: ${event}\ndata: ${data}\n\n`]),
      })
      publisher.publish('all_jobs', listingOf(workload))
      await publisher.untilTaken()
      const request = `GET /progress/${run} HTTP/1.1\r\nhost: bench\r\n\r\n`
      return { target: { port: ports.app, request }, drive: () => publisher.drive(workload) }
    },
  }
}

/** Writes a command in Redis's protocol: each part follows its length. */
function command(parts: readonly string[]): string {
  const texts = parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`)
  return `*${parts.length}\r\n${texts.join('')}`
}
