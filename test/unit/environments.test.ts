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
      CONTACT: '',
      OBJECT_JURISDICTION: '',
      OBJECT_LOCATION: '',
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

  it('equals the top level, except for tokens, batch sizes and the cron', () => {
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
      triggers: { crons: [] },
    })
    expect(consumers(local).rest).toEqual(consumers(top).rest)
  })
})

const isComment = (line: string): boolean => line.startsWith('# ')

/** The blocks of the file, divided by empty lines: the comment of each, and its lines without it. */
function blocks(of: string): { readonly comment: string; readonly rest: string }[] {
  return of.split(/\n{2,}/).map((block) => {
    const lines = block.trim().split('\n')
    const comment = lines.filter(isComment).join('\n')
    return { comment, rest: lines.filter((line) => !isComment(line)).join('\n') }
  })
}

describe('each value has a reason', () => {
  const [whole = '', ...environments] = text.split(/\n\n(?=(?:# .*\n)+\[env\.\w+\]\n)/)

  it('at the top level, in the comment of its block', () => {
    expect(environments).toHaveLength(2)
    const without = blocks(whole).filter(({ comment, rest }) => rest !== '' && comment === '')
    expect(without.map(({ rest }) => rest)).toEqual([])
  })

  it('in an environment, where its block differs from that of the top level', () => {
    const known = new Set(blocks(whole).map(({ rest }) => rest))
    const differing = environments
      .flatMap(blocks)
      .filter(({ rest }) => !known.has(rest.replaceAll(/^(\[+)env\.\w+\./gm, '$1')))
    expect(differing.length).toBeGreaterThan(2)
    expect(differing.filter(({ comment }) => comment === '').map(({ rest }) => rest)).toEqual([])
  })
})

describe('every consumer', () => {
  const Timeouts = z.array(z.looseObject({ max_batch_timeout: z.int() }))

  it.for(['production', 'local', undefined])('waits for no further message (%s)', (env) => {
    const found = Timeouts.parse(read(env).queues.consumers)
    expect(found.filter((one) => one.max_batch_timeout !== 0)).toEqual([])
    expect(found).toHaveLength(6)
  })
})

it('the objects of all environments take new code at the same time', () => {
  const { durable_objects } = top
  expect(durable_objects.code_update_strategy).toEqual({ mode: 'deferred', max_delay: 300 })
})

it('there is no other environment', () => {
  expect(top.definedEnvironments).toEqual(['production', 'local'])
})
