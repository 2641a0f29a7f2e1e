import { join } from 'node:path'

import { describe, expect, it } from 'vitest'
import { unstable_readConfig } from 'wrangler'
import { z } from 'zod'

import { checkPipelines, flightQueues } from '../../src/compose/pipeline-queues.ts'
import type { Wirings } from '../../src/compose/wiring.ts'
import { flightQueueNames, SHARED_QUEUE } from '../../src/pipelines/flight-queue.ts'
import type { OwnQueue, Pipeline } from '../../src/pipelines/pipeline.ts'
import * as registry from '../../src/pipelines/registry.ts'

const queue = { sendBatch: () => Promise.resolve() }
const bound = { WORK_QUEUE: queue, WASH_QUEUE: queue }

const shared = { name: 'letters' }
const own = { name: 'laundry', queue: { name: 'wash', binding: 'WASH_QUEUE' } }

describe('the check at boot', () => {
  it('accepts pipelines whose queues are bound', () => {
    expect(() => checkPipelines(bound, [shared, own])).not.toThrow()
  })

  it.each([
    ['the shared queue', { WASH_QUEUE: queue }, ['"letters"', 'runcast-work', 'WORK_QUEUE']],
    ['a queue of its own', { WORK_QUEUE: queue }, ['"laundry"', 'wash', 'WASH_QUEUE']],
    ['a binding that is no queue', { ...bound, WASH_QUEUE: 'wash' }, ['"laundry"', 'WASH_QUEUE']],
  ])('reports what is missing, and where: %s', (_, env, words) => {
    const check = () => checkPipelines(env, [shared, own])
    for (const word of [...words, '[[queues.producers]]', '[[queues.consumers]]', 'wrangler.toml'])
      expect(check).toThrow(word)
  })

  it('reports all faults at once', () => {
    expect(() => checkPipelines({}, [shared, own])).toThrow(/"letters".*"laundry"/)
  })

  it('refuses a repeated name', () => {
    expect(() => checkPipelines(bound, [shared, shared])).toThrow(
      'lists 2 pipelines named "letters"',
    )
  })

  it.each(['', 'Letters', 'my letters', '1st', 'a'.repeat(51), 'a_b'])(
    'refuses the name %j',
    (name) => {
      expect(() => checkPipelines(bound, [{ name }])).toThrow(`"${name}"`)
    },
  )
})

describe('the queue of a pipeline', () => {
  const queues = flightQueues({ WORK_QUEUE: queue, WASH_QUEUE: { ...queue } }, [shared, own])

  it('is its own queue, or else the shared one', () => {
    expect(queues('letters')).toBe(queue)
    expect(queues('laundry')).toEqual(queue)
    expect(queues('laundry')).not.toBe(queue)
  })

  it.each(['', 'unknown', 'toString', 'constructor'])('is none for %j', (name) => {
    expect(queues(name)).toBeUndefined()
  })
})

const Queues = z.object({
  producers: z.array(z.object({ binding: z.string(), queue: z.string() })),
  consumers: z.array(z.object({ queue: z.string(), dead_letter_queue: z.string().optional() })),
})

describe.each([undefined, 'production', 'local'])('the environment %s of wrangler.toml', (env) => {
  const config = join(import.meta.dirname, '../../wrangler.toml')
  const whole = unstable_readConfig({ config, ...(env && { env }) }, { hideWarnings: true })
  const { producers, consumers } = Queues.parse(whole.queues)
  const registered: readonly { readonly queue?: OwnQueue }[] = Object.values(registry)
  const wanted = [SHARED_QUEUE, ...registered.flatMap((pipeline) => pipeline.queue ?? [])]

  it.each(wanted)(
    'has the binding $binding, and a consumer of $name with a dead-letter queue',
    ({ name, binding }) => {
      expect(producers).toContainEqual({ binding, queue: name })
      expect(consumers.find((consumer) => consumer.queue === name)).toMatchObject({
        dead_letter_queue: 'runcast-dead-letters',
      })
      expect(flightQueueNames()).toContain(name)
    },
  )
})

it('a pipeline with ports of its own compiles only when it is wired', () => {
  type Both = Plan & Work
  type Plan = {
    readonly letters: Pipeline<string>
    readonly laundry: Pipeline<string, { soap: 1 }>
  }
  type Work = { readonly laundry: Pipeline<string, unknown, { soap: 1 }> }
  const wired: (keyof Wirings<Both>)[] = ['laundry']
  // @ts-expect-error -- letters has no ports of its own
  wired.push('letters')
  // @ts-expect-error -- the ports of its plan are missing
  const plan: Wirings<Plan> = {}
  // @ts-expect-error -- the ports of its work are missing
  const work: Wirings<Work> = {}
  expect([wired, plan, work]).toEqual([['laundry', 'letters'], {}, {}])
})
