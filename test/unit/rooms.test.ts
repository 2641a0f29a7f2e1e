import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterAll, expect, it } from 'vitest'
import { z } from 'zod'

const ROOT = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'runcast-rooms-'))

afterAll(() => rmSync(folder, { recursive: true }))

/** The forbidden imports of each room: the folder of the file, and its import. */
const FORBIDDEN = [
  ['src/protocol', '../db/json.ts'],
  ['src/protocol', '../durable/run/run-rpc.ts'],
  ['src/protocol', '../settings.ts'],
  ['src/protocol', 'hono/cors'],
  ['src/pipelines', '../db/json.ts'],
  ['src/pipelines/ingestion', '../../queue/work.ts'],
  ['src/pipelines', '../durable/run/run-rpc.ts'],
  ['src/pipelines', '../egress/guarded-fetch.ts'],
  ['src/pipelines', 'cloudflare:workers'],
  ['src/pipelines', 'drizzle-orm'],
  ['src/pipelines', 'drizzle-orm/pg-core'],
  ['src/egress', '../db/json.ts'],
  ['src/egress', '../queue/deadline.ts'],
  ['src/egress', '../settings.ts'],
  ['src/egress', '../durable/run/run-rpc.ts'],
  ['src/egress', '../durable/host/host-object.ts'],
  ['src/egress', '../pipelines/pipeline.ts'],
  ['src/egress', '../pipelines/ingestion/plan.ts'],
  ['src/egress', 'cloudflare:workers'],
  ['src/durable', '../db/json.ts'],
  ['src/durable', '../queue/work.ts'],
  ['src/durable', '../pipelines/pipeline.ts'],
  ['src/durable', '../egress/retry-at.ts'],
  ['src/durable', 'drizzle-orm/neon-http'],
  ['src/db', '../durable/run/run-rpc.ts'],
  ['src/db', '../pipelines/pipeline.ts'],
  ['src/db', '../egress/address.ts'],
  ['src/db', 'cloudflare:workers'],
  ['src/storage', '../db/json.ts'],
  ['src/storage', '../queue/work.ts'],
  ['src/durable', '../archive/archived-run.ts'],
  ['src/durable/outbox', '../run/run-state.ts'],
  ['src/durable/watch', '../run/run-state.ts'],
  ['src/archive', '../queue/work.ts'],
  ['src/archive', '../api/app.ts'],
  ['src/api', '../archive/archived-run.ts'],
  ['src/db', '../archive/archived-run.ts'],
  ['src/storage', '../protocol/ids.ts'],
  ['src/queue', '../durable/run/flights.ts'],
  ['src/queue', '../api/app.ts'],
  ['src/queue', '../egress/polite-fetch.ts'],
  ['src/api', '../durable/run/run-object.ts'],
  ['src/api', '../queue/work.ts'],
  ['src/api', '../egress/polite-fetch.ts'],
  ['src/api', '../index.ts'],
  ['src/api', '../compose/api.ts'],
  ['src/compose', 'zod'],
  ['src/compose', 'cloudflare:workers'],
  ['src/compose', '../index.ts'],
  ['src/queue', '../compose/parts.ts'],
  ['src/durable', '../compose/parts.ts'],
  ['src', './index.ts'],
  ['src/durable', '../client/feed.ts'],
  ['src/api', '../client/client.ts'],
  ['src/client', '../protocol/events.ts'],
  ['src/client', '../protocol/status.ts'],
  ['src/client', '../durable/run/run-rpc.ts'],
  ['src/client', '../settings.ts'],
  ['src/client', 'zod'],
  ['src/client', 'node:fs'],
  ['src/tasks', '../api/app.ts'],
  ['src/tasks', '../durable/run/run-object.ts'],
  ['src/tasks', '../storage/blobs.ts'],
  ['web', '../src/db/json.ts'],
  ['web', '../src/durable/run/run-rpc.ts'],
  ['web', '../src/egress/address.ts'],
] as const

const ALLOWED = [
  ['src/protocol', './ids.ts'],
  ['src/pipelines/ingestion', '../../protocol/ids.ts'],
  ['src/egress', '../protocol/status.ts'],
  ['src/egress', '../pipelines/fetch.ts'],
  ['src/egress', '../durable/host/host-rpc.ts'],
  ['src/egress', '../log.ts'],
  ['src/durable', '../protocol/ids.ts'],
  ['src/db', '../protocol/ids.ts'],
  ['src/storage', '../digest.ts'],
  ['src/storage', '../pipelines/pipeline.ts'],
  ['src/durable/run', '../outbox/alarm.ts'],
  ['src/durable/outbox', '../../settings.ts'],
  ['src/archive', '../db/connect.ts'],
  ['src/archive', '../durable/watch/frames.ts'],
  ['src/queue', '../durable/run/run-rpc.ts'],
  ['src/api', '../durable/run/run-rpc.ts'],
  ['src/api', '../durable/task/task-rpc.ts'],
  ['src/tasks', '../durable/task/task-state.ts'],
  ['src/tasks', '../db/erasure.ts'],
  ['src/client', '../protocol/fold.ts'],
  ['src/client', 'eventsource-parser'],
  ['web', '../src/protocol/fold.ts'],
  ['web', '../src/client/client.ts'],
] as const

const Report = z.object({
  diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })),
})

/** Writes a file for each import, and returns the numbers of those that lint refuses. */
function refused(imports: readonly (readonly [string, string])[], name: string): Set<number> {
  const files = imports.map(([room], i) => join(room, `${name}-${i}.ts`))
  for (const [i, file] of files.entries())
    write(file, `import { y } from '${imports[i]?.[1]}'\nexport { y }\n`)
  return new Set(filesWith('no-restricted-imports', files).map((file) => files.indexOf(file)))
}

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}

/** Returns those of the files in which lint finds a violation of the rule. */
function filesWith(rule: string, files: readonly string[]): string[] {
  cpSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
  const { diagnostics } = Report.parse(JSON.parse(lint(files)))
  return diagnostics.filter(({ code }) => code.includes(rule)).map(({ filename }) => filename)
}

/** Runs lint, which exits with 1 if it finds something, and returns its output. */
function lint(files: readonly string[]): string {
  const command = join(ROOT, 'node_modules/.bin/oxlint')
  const script = '"$0" --format json "$@" || [ $? -eq 1 ]'
  return execFileSync('sh', ['-c', script, command, ...files], { cwd: folder, encoding: 'utf8' })
}

it('lint refuses each forbidden import', () => {
  const found = refused(FORBIDDEN, 'forbidden')
  expect(FORBIDDEN.filter((_, i) => !found.has(i))).toEqual([])
})

it('lint accepts the allowed imports', () => {
  const found = refused(ALLOWED, 'allowed')
  expect(ALLOWED.filter((_, i) => found.has(i))).toEqual([])
})

const ROOMS = [...new Set(FORBIDDEN.map(([room]) => room))]

/** Writes two files that import each other, and returns the first one. */
function circleIn(room: string): string {
  const first = join(room, 'circle-first.ts')
  write(first, "import type { B } from './circle-second.ts'\nexport type A = { b: B }\n")
  write(
    join(room, 'circle-second.ts'),
    "import type { A } from './circle-first.ts'\nexport type B = { a?: A }\n",
  )
  return first
}

it('lint refuses a circle of two files in each room, also one of types alone', () => {
  const files = ROOMS.map(circleIn)
  const seconds = files.map((file) => file.replace('first', 'second'))
  expect(filesWith('no-cycle', [...files, ...seconds])).toEqual(expect.arrayContaining(files))
})
