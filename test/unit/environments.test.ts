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

/** What wrangler makes of an environment; without a name, of the top level. */
function read(env?: string): Config {
  const whole = unstable_readConfig({ config, ...(env && { env }) }, { hideWarnings: true })
  const { targetEnvironment: _, ...own } = whole
  return own
}

/** The sections that stand in the file itself under a name such as `env.local`, or under none. */
function sections(under = ''): string[] {
  const names = [...text.matchAll(/^\[+([\w.]+)\]+$/gm)].map(([, name = '']) => name)
  const own = names.filter((name) =>
    under === '' ? !name.startsWith('env.') : name.startsWith(`${under}.`),
  )
  return [...new Set(own.map((name) => (under === '' ? name : name.slice(under.length + 1))))]
}

const top = read()

const Consumers = z.array(z.looseObject({ queue: z.string(), max_batch_size: z.int() }))

/** How many messages of a queue come at once, and all else that is said of its consumer. */
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

  it('is the top level, but for an address, the model, and secrets that must be there', () => {
    expect(production).toEqual({
      ...top,
      workers_dev: true,
      ai: { binding: 'AI' },
      secrets: { required: ['DATABASE_URL', 'WATCH_SECRET', 'RUN_SECRET'] },
    })
  })

  it('has all of it in its own sections, but for what is of the code', () => {
    const whole = sections().filter((name) => !['rules', 'migrations'].includes(name))
    expect(sections('env.production').toSorted()).toEqual([...whole, 'secrets', 'ai'].toSorted())
  })

  it('can be reached, and says how it is by a domain', () => {
    expect(production.workers_dev).toBe(true)
    expect(text).toMatch(/^# routes = \[\{ pattern = "[\w.]+", custom_domain = true \}\]$/m)
  })

  it('takes nobody until it is told whose tokens it takes', () => {
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

  it('has the processor time that the platform gives at most', () => {
    expect(production.limits).toEqual({ cpu_ms: 300_000 })
  })

  it('brings no more messages in an invocation than may have their statements side by side', () => {
    const { storage_at_once } = readSettings('{}')
    expect(consumers(production).sizes).toEqual({
      'runcast-plan': storage_at_once,
      'runcast-ingestion': storage_at_once,
      'runcast-documents': 1,
      'runcast-checkpoint': storage_at_once,
      'runcast-dead-letters': 10,
    })
  })
})

describe('the environment local', () => {
  const local = read('local')

  it('is the top level, but for who is let in and how many messages come at once', () => {
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
