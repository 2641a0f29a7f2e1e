import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, it } from 'vitest'
import { unstable_readConfig } from 'wrangler'
import { z } from 'zod'

import { readSettings } from '../../src/settings.ts'

const ROOT = join(import.meta.dirname, '../..')
const operations = readFileSync(join(ROOT, 'docs/OPERATIONS.md'), 'utf8')

const Named = z.object({
  r2_buckets: z.array(z.object({ bucket_name: z.string() })),
  queues: z.object({
    producers: z.array(z.object({ queue: z.string() })),
    consumers: z.array(z.object({ queue: z.string(), dead_letter_queue: z.string().optional() })),
  }),
})

/** Returns the names after each occurrence of a command, in order. */
function created(command: string): string[] {
  const pattern = new RegExp(`^npx wrangler ${command} ([\\w-]+)$`, 'gm')
  return [...operations.matchAll(pattern)].map(([, name = '']) => name)
}

function distinct(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.flatMap((name) => name ?? []))].toSorted()
}

it('the commands of OPERATIONS create the queues and buckets of wrangler.toml, each once', () => {
  const config = unstable_readConfig({ config: join(ROOT, 'wrangler.toml'), env: 'production' })
  const { r2_buckets, queues } = Named.parse(config)
  const { producers, consumers } = queues
  const named = [
    ...producers.map(({ queue }) => queue),
    ...consumers.flatMap(({ queue, dead_letter_queue }) => [queue, dead_letter_queue]),
  ]
  expect(created('queues create').toSorted()).toEqual(distinct(named))
  const buckets = r2_buckets.map(({ bucket_name }) => bucket_name)
  expect(created('r2 bucket create').toSorted()).toEqual(distinct(buckets))
})

it('the npm scripts that OPERATIONS names exist', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')))
  const named = [...operations.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name)
  expect(named).toEqual(expect.arrayContaining(['migrate', 'deploy', 'smoke']))
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
  expect(scripts['deploy']).toBe('vite build && wrangler deploy --env production')
})

it('the settings of OPERATIONS exist, and its limits of connections are the defaults', () => {
  const settings = new Map(Object.entries(readSettings('{}')))
  const table = operations.slice(operations.indexOf('## Settings'), operations.indexOf('## Where'))
  const named = [...table.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !settings.has(name))).toEqual([])
  expect(table).toMatch(/`egress_at_once`, `storage_at_once` +\| 4, 2 /)
  expect([settings.get('egress_at_once'), settings.get('storage_at_once')]).toEqual([4, 2])
})
