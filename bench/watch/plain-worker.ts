import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import { buildWorker } from '../../scripts/worker/code.ts'
import { ProcessTree } from '../process-tree.ts'
import { freePort } from './daemon.ts'
import type { Launch } from './peer.ts'
import { WorkerHost } from './worker-host.ts'

const ROOT = join(import.meta.dirname, '../..')
const ENTRY = join(import.meta.dirname, 'worker/worker.ts')

/**
 * Runs the bench's Worker in a workerd of its own. `wrangler dev` adds workers that copy what a watcher
 * reads. A deployment and the peers have no such workers.
 */
export async function startPlainWorker(folder: string, launch: Launch): Promise<WorkerHost> {
  const classes = {
    RUNS: 'RunObject',
    HOSTS: 'HostObject',
    OWNERS: 'OwnerObject',
    TASKS: 'TaskObject',
  }
  const { origin, pid } = await serveWorker(folder, launch, { entry: ENTRY, classes })
  return WorkerHost.at(origin, new ProcessTree([pid]))
}

/** The classes of a Worker's objects, each by the name of its binding. */
type Classes = Readonly<Record<string, string>>

/** Runs a Worker in a workerd of its own, and returns when the Worker listens. */
export async function serveWorker(
  folder: string,
  launch: Launch,
  { entry, classes }: { readonly entry: string; readonly classes: Classes },
): Promise<{ origin: string; pid: number }> {
  const objects = join(folder, 'objects')
  mkdirSync(objects, { recursive: true })
  cpSync(await buildWorker({ entry }), folder, { recursive: true })
  const port = await freePort()
  const file = join(folder, 'workerd.capnp')
  writeFileSync(file, await configuration({ port, objects, classes }))
  const { pid } = await launch({ command: workerd(), args: ['serve', file], port })
  return { origin: `http://127.0.0.1:${port}`, pid }
}

/** The path of wrangler's own workerd. */
function workerd(): string {
  const ofWrangler = createRequire(createRequire(import.meta.url).resolve('wrangler'))
  const { default: path }: { default: string } = ofWrangler('workerd')
  return path
}

type Served = { readonly port: number; readonly objects: string; readonly classes: Classes }

async function configuration({ port, objects, classes }: Served): Promise<string> {
  // Imported only here: wrangler takes a second of processor time, and `--help` needs none of it.
  const { unstable_readConfig } = await import('wrangler')
  const config = join(ROOT, 'wrangler.toml')
  const local = unstable_readConfig({ config, env: 'local' })
  const secrets = { AUTH_SECRET: secret(), WATCH_SECRET: secret() }
  const texts = Object.entries({ ...local.vars, ...secrets }).map(([name, value]) => {
    return `(name = ${quoted(name)}, text = ${quoted(String(value))})`
  })
  const bound = Object.entries(classes).map(([name, className]) => {
    return `(name = ${quoted(name)}, durableObjectNamespace = ${quoted(className)})`
  })
  const namespaces = Object.values(classes).map((name) => {
    return `(className = ${quoted(name)}, uniqueKey = ${quoted(name)}, enableSql = true)`
  })
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "objects", disk = (path = ${quoted(objects)}, writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "worker")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = ${quoted(local.compatibility_date ?? '')},
  compatibilityFlags = [${local.compatibility_flags.map(quoted).join(', ')}],
  bindings = [${[...texts, ...bound].join(', ')}],
  durableObjectNamespaces = [${namespaces.join(', ')}],
  durableObjectStorage = (localDisk = "objects"),
);
`
}

function secret(): string {
  return randomBytes(32).toString('hex')
}

/** Writes a text of Cap'n Proto. Its escapes are those of JSON, as far as this file needs them. */
function quoted(text: string): string {
  return JSON.stringify(text)
}
