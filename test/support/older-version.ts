import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'

import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import { Client } from 'pg'
import { unstable_readConfig } from 'wrangler'
import { z } from 'zod'

import { migrationsFolder } from '../../scripts/database/schema-folder.ts'
import { buildWorker, WHOLE, writeEntry } from '../../scripts/worker/code.ts'

const ROOT = join(import.meta.dirname, '../..')
const VERSIONS = join(ROOT, 'test/versions')

/** The older version in test/versions. */
const OLDER = '934f483'

const Journal = z.object({ entries: z.array(z.object({ tag: z.string() })) })

/**
 * The version of the run's objects and that of the API and the consumers. They run as two Workers. wrangler
 * gives the settings of an env file only to the first Worker, so `settings` has those of the objects.
 */
export type Placement = {
  readonly objects: Version
  readonly worker: Version
  readonly settings: object
}
type Version = 'older' | 'today'

/** Brings a database to the schema of the older version. */
export async function applyOlderMigrations(url: string, folder: string): Promise<void> {
  const journal = join(VERSIONS, `${OLDER}.migrations.json`)
  mkdirSync(join(folder, 'meta'), { recursive: true })
  copyFileSync(journal, join(folder, 'meta/_journal.json'))
  for (const { tag } of Journal.parse(JSON.parse(readFileSync(journal, 'utf8'))).entries)
    copyFileSync(join(migrationsFolder, `${tag}.sql`), join(folder, `${tag}.sql`))
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    // A new embedded database has the newest schema, so it is dropped first.
    await client.query('DROP SCHEMA public, drizzle CASCADE; CREATE SCHEMA public')
    await migrate(drizzle(client), { migrationsFolder: folder })
  } finally {
    await client.end()
  }
}

/**
 * Lays out both Workers, and returns wrangler's arguments for them. Their bindings are those of the newest
 * version.
 */
export async function place(placement: Placement, folder: string): Promise<string[]> {
  const { objects, worker, settings } = placement
  mkdirSync(folder, { recursive: true })
  const { compatibility_date, compatibility_flags, rules, define, vars, r2_buckets, queues } =
    unstable_readConfig({ config: join(ROOT, 'wrangler.toml'), env: 'local' })
  const { producers } = queues
  const common = { compatibility_date, compatibility_flags, rules }
  const local = { define, vars: { ...vars, SETTINGS: JSON.stringify(settings) }, r2_buckets }
  const classes = Object.values(classesOf(objects))
  const one = {
    ...common,
    ...(await codeOf(objects, folder)),
    migrations: [{ tag: 'v1', new_sqlite_classes: classes }],
    env: {
      local: { ...local, name: OBJECTS, durable_objects: boundTo(objects), queues: { producers } },
    },
  }
  const other = {
    ...common,
    ...(await codeOf(worker, folder)),
    env: {
      local: { ...local, name: 'runcast', durable_objects: boundTo(objects, OBJECTS), queues },
    },
  }
  return [...configure(folder, 'worker', other), ...configure(folder, 'objects', one)]
}

const OBJECTS = 'runcast-objects'

/** The older version has no objects of owners and of tasks. */
function classesOf(objects: Version) {
  const older = { RUNS: 'RunObject', HOSTS: 'HostObject' }
  return objects === 'older' ? older : { ...older, OWNERS: 'OwnerObject', TASKS: 'TaskObject' }
}

/** Binds the objects' classes: to the Worker itself, or to the Worker of this name. */
function boundTo(objects: Version, script_name?: string): object {
  const bindings = Object.entries(classesOf(objects)).map(([name, class_name]) => {
    return { name, class_name, script_name }
  })
  return { bindings }
}

function configure(folder: string, name: string, config: object): string[] {
  const file = join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify({ name: `${name}-of-no-environment`, ...config }))
  return [`--config=${file}`]
}

/**
 * Copies a version's code into a folder of its own, because wrangler looks for more modules and for changes
 * there.
 */
async function codeOf(version: Version, folder: string): Promise<object> {
  const own = join(folder, version)
  mkdirSync(own, { recursive: true })
  const whole = join(own, WHOLE)
  if (version === 'today') copyFileSync(join(await buildWorker(), 'index.js'), whole)
  else writeFileSync(whole, brotliDecompressSync(readFileSync(join(VERSIONS, `${OLDER}.js.br`))))
  return { main: writeEntry(own), no_bundle: true }
}
