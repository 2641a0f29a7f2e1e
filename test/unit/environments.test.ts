import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'
import { unstable_readConfig } from 'wrangler'
import { z } from 'zod'

import { readSettings } from '../../src/settings.ts'

const ROOT = join(import.meta.dirname, '../..')
const config = join(ROOT, 'wrangler.toml')
const text = readFileSync(config, 'utf8')

type Config = ReturnType<typeof unstable_readConfig>

/** An environment as wrangler resolves it; without a name, the top level. */
function read(env?: string): Config {
  const whole = unstable_readConfig({ config, ...(env && { env }) }, { hideWarnings: true })
  const { targetEnvironment: _, ...own } = whole
  return own
}

/** The sections of the file under a prefix such as `env.local`, or those of the top level. */
function sections(under = ''): string[] {
  const names = [...text.matchAll(/^\[+([\w.]+)\]+$/gm)].map(([, name = '']) => name)
  const own = names.filter((name) =>
    under === '' ? !name.startsWith('env.') : name.startsWith(`${under}.`),
  )
  return [...new Set(own.map((name) => (under === '' ? name : name.slice(under.length + 1))))]
}

const top = read()

const Consumers = z.array(z.looseObject({ queue: z.string(), max_batch_size: z.int() }))

/** The batch size of each queue, and the rest of its consumer. */
function consumers({ queues }: Config) {
  const all = Consumers.parse(queues.consumers)
  const sizes = all.map(({ queue, max_batch_size }) => [queue, max_batch_size] as const)
  return {
    sizes: Object.fromEntries(sizes),
    rest: all.map((consumer) => ({ ...consumer, max_batch_size: 0 })),
  }
}

describe('the environment production', () => {
  const production = read('production')

  it('equals the top level, except for an address, the model and required secrets', () => {
    expect(production).toEqual({
      ...top,
      workers_dev: true,
      ai: { binding: 'AI' },
      secrets: { required: ['DATABASE_URL', 'WATCH_SECRET', 'RUN_SECRET'] },
    })
  })

  it('repeats every section of the top level, except rules and migrations', () => {
    const whole = sections().filter((name) => !['rules', 'migrations'].includes(name))
    expect(sections('env.production').toSorted()).toEqual([...whole, 'secrets', 'ai'].toSorted())
  })

  it('has an address, and shows how to set a domain', () => {
    expect(production.workers_dev).toBe(true)
    expect(text).toMatch(/^# routes = \[\{ pattern = "[\w.]+", custom_domain = true \}\]$/m)
  })

  it('accepts no token before an issuer is named', () => {
    expect(production.vars).toEqual({
      RUNCAST_ENV: 'production',
      AUTH_ISSUER: '',
      AUTH_AUDIENCE: '',
      AUTH_JWKS_URL: '',
      CORS_ORIGINS: '',
      EGRESS_ALLOW: '',
      SETTINGS: '{}',
    })
  })

  it('has the maximum of CPU time', () => {
    expect(production.limits).toEqual({ cpu_ms: 300_000 })
  })

  it('has batches no larger than storage_at_once, except for messages without a statement', () => {
    const { storage_at_once } = readSettings('{}')
    expect(consumers(production).sizes).toEqual({
      'runcast-plan': storage_at_once,
      'runcast-work': storage_at_once,
      'runcast-ingestion': storage_at_once,
      'runcast-documents': 1,
      'runcast-checkpoint': storage_at_once,
      'runcast-dead-letters': 10,
    })
  })
})

describe('the environment local', () => {
  const local = read('local')

  it('equals the top level, except for tokens and batch sizes', () => {
    const { queues, ...rest } = top
    expect(local).toEqual({
      ...rest,
      name: 'runcast-local',
      vars: {
        ...top.vars,
        RUNCAST_ENV: 'local',
        AUTH_ISSUER: 'runcast-local',
        AUTH_AUDIENCE: 'runcast',
      },
      queues: { ...queues, consumers: local.queues.consumers },
    })
    expect(consumers(local).rest).toEqual(consumers(top).rest)
  })
})

it('there is no other environment', () => {
  expect(top.definedEnvironments).toEqual(['production', 'local'])
})
