import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { NoticeDesk } from '../../src/durable/owner/notices/notice-desk.ts'
import type { NoticePost, PostAnswer } from '../../src/durable/owner/notices/webhook-rpc.ts'
import { FAILING_MS } from '../../src/durable/owner/notices/webhook.ts'
import type { RunStanding } from '../../src/durable/owner/owner-rpc.ts'
import { GroupKey } from '../../src/protocol/ids.ts'
import { GivenWebhook, WebhookId } from '../../src/protocol/webhook.ts'
import { openMemoryNotices } from '../support/memory-notices.ts'
import { standing } from '../support/standing.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const webhook_id = WebhookId.parse('6'.repeat(32))
const EVENTS = [
  'run.finished',
  'run.finished_with_problems',
  'run.error',
  'run.aborted',
  'expiry.held',
] as const
const held = { kind: 'expiry.held', gone: 9, open: 10 } as const
const notices = [{ group: GroupKey.parse('acme'), title: null, notice: held }]

type Answer = 'taken' | 'refused' | 'unheard' | 'away' | 'killed before' | 'killed after'

/** An owner's object with one endpoint, and the receiver behind it. */
class World {
  now = Date.parse('2027-01-01T00:00:00Z')
  answer: Answer = 'taken'
  readonly store = openMemoryNotices()
  /** The notices that reached the receiver, with repeats. */
  readonly received: NoticePost[] = []
  /** The runs as the owner's list has them. */
  readonly list = new Map<string, RunStanding>()
  desk = this.open()

  private open(): NoticeDesk {
    return new NoticeDesk({
      store: this.store,
      now: () => this.now,
      post: (post) => this.post(post),
      arm: () => undefined,
      failed: (message, error) => {
        throw new Error(message, { cause: error })
      },
    })
  }

  kill(): void {
    this.desk = this.open()
  }

  private post(post: NoticePost): Promise<PostAnswer> {
    const { answer } = this
    if (answer === 'killed before') return new Promise(() => undefined)
    if (answer === 'away') return Promise.resolve({ status: null, error: 'away' })
    if (answer !== 'refused') this.received.push(post)
    if (answer === 'killed after') return new Promise(() => undefined)
    if (answer === 'unheard') return Promise.resolve({ status: null, error: 'no answer' })
    return Promise.resolve({ status: answer === 'refused' ? 500 : 204 })
  }

  create(change: object = {}): void {
    const url = 'https://a.example'
    const given = GivenWebhook.parse({ url, events: EVENTS, ...change })
    void this.desk.call({ op: 'create', webhook_id, secret: 'whsec_MTIzNDU2', given })
  }

  tell(one: RunStanding): void {
    this.desk.reported(one)
    this.desk.told(one, this.list.get(one.run_id))
    this.list.set(one.run_id, one)
  }

  async alarm(): Promise<void> {
    const due = this.desk.wakeDue()
    if (due !== undefined && due <= this.now) void this.desk.work()
    await settled()
  }

  types(): string[] {
    return this.received.map(({ body }) => JSON.parse(body).type)
  }

  async state() {
    const answer = await this.desk.call({ op: 'read', webhook_id })
    if (answer.kind !== 'webhook') throw new Error(answer.kind)
    return answer.webhook
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve()
}

type Step =
  | { readonly kind: 'end'; readonly run: number; readonly status: 'finished' | 'error' }
  | { readonly kind: 'again'; readonly run: number }
  | { readonly kind: 'held'; readonly run: number }
  | { readonly kind: 'wait'; readonly minutes: number }
  | { readonly kind: 'kill' }
  | { readonly kind: 'answer'; readonly answer: Answer }

const run = fc.integer({ min: 1, max: 3 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('end' as const),
    run,
    status: fc.constantFrom('finished', 'error' as const),
  }),
  fc.record({ kind: fc.constant('again' as const), run }),
  fc.record({ kind: fc.constant('held' as const), run }),
  fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(0, 1, 60, 300) }),
  fc.record({ kind: fc.constant('kill' as const) }),
  fc.record({
    kind: fc.constant('answer' as const),
    answer: fc.constantFrom<Answer>(
      'taken',
      'refused',
      'unheard',
      'away',
      'killed before',
      'killed after',
    ),
  }),
)

it('NOTE-2: each notice is delivered or given up in the log, once for a receiver that drops repeats, and in order for each run', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const world = new World()
      world.create()
      const owed: string[] = []
      const rounds = new Map<number, number>()
      for (const one of steps) {
        if (one.kind === 'end') {
          const round = (rounds.get(one.run) ?? 0) + 1
          rounds.set(one.run, round)
          const ended = standing(`${one.run}`, { status: one.status, round, seq: round })
          const { enabled } = await world.state()
          world.tell({ ...ended, at: world.now })
          if (enabled) owed.push(`${ended.run_id}.e.${round}.${one.status}`)
        } else if (one.kind === 'held') {
          const found = standing(`${one.run}`, { status: 'ingesting', notices })
          const id = `${found.run_id}.e.expiry.held.acme`
          const { enabled } = await world.state()
          world.desk.reported(found)
          if (enabled && !owed.includes(id)) owed.push(id)
        } else if (one.kind === 'again') {
          const known = world.list.get(`${one.run}`.repeat(32))
          if (known !== undefined) world.tell(known)
        } else if (one.kind === 'wait') world.now += one.minutes * MINUTE
        else if (one.kind === 'kill') world.kill()
        else world.answer = one.answer
        await world.alarm()
      }
      world.answer = 'taken'
      world.kill()
      for (let turn = 0; turn < 30; turn += 1) {
        world.now += HOUR
        await world.alarm()
      }
      const log = world.store.deliveries(webhook_id, 1_000)
      expect(log.map(({ notice_id }) => notice_id).toReversed()).toEqual(owed)
      expect(log.filter(({ fate }) => fate === 'owed')).toEqual([])
      const got = [...new Set(world.received.map(({ notice_id }) => notice_id))]
      const delivered = log.flatMap(({ notice_id, fate }) =>
        fate === 'delivered' ? [notice_id] : [],
      )
      expect(delivered.filter((id) => !got.includes(id))).toEqual([])
      for (const name of ['1', '2', '3']) {
        const those = got.filter((id) => id.startsWith(name))
        expect(those).toEqual(owed.filter((id) => those.includes(id)))
      }
      await world.desk.call({ op: 'remove', webhook_id })
      expect(world.store.rows()).toBe(0)
    }),
    { numRuns: Number(process.env['RUNCAST_RUNS'] ?? 150) },
  )
})

describe('NOTE-1: an endpoint is told', () => {
  it('how a run ended, and what it asked for alone', async () => {
    const world = new World()
    world.create({ rules: { pipelines: ['letters'], labels: { team: 'a' } } })
    const facts = { labels: { team: 'a' } }
    world.tell(standing('1', { at: world.now, status: 'ingesting', facts }))
    world.tell(
      standing('1', { at: world.now, facts: { ...facts, problems: { groups: 0, jobs: 3 } } }),
    )
    world.tell(standing('2', { at: world.now, status: 'aborted', facts }))
    world.tell(standing('3', { at: world.now, facts: { labels: { team: 'b' } } }))
    world.tell(standing('4', { at: world.now, facts: { ...facts, pipeline: 'numbers' } }))
    await world.alarm()
    expect(world.types()).toEqual(['run.finished_with_problems', 'run.aborted'])
    expect(JSON.parse(world.received[0]?.body ?? '')).toMatchObject({
      timestamp: new Date(world.now).toISOString(),
      data: { run_id: '1'.repeat(32), problems: { groups: 0, jobs: 3 } },
    })
  })

  it('of a recovery alone', async () => {
    const world = new World()
    world.create({ rules: { recovered: true } })
    for (const [name, status] of [
      ['1', 'finished'],
      ['2', 'error'],
      ['3', 'aborted'],
      ['4', 'finished'],
      ['5', 'finished'],
    ] as const)
      world.tell(standing(name, { at: world.now, status }))
    await world.alarm()
    expect(world.received.map(({ notice_id }) => notice_id[0])).toEqual(['4'])
  })

  it('in a line of text, if it is Slack', async () => {
    const world = new World()
    world.create({ form: 'slack' })
    const error = { code: 'x', message: 'Nothing could be read.' }
    world.tell(standing('1', { at: world.now, status: 'error', error }))
    await world.alarm()
    expect(world.received[0]?.body).toBe('{"text":"Run 1: failed: Nothing could be read."}')
  })
})

it('NOTE-3: an endpoint that fails for a day is switched off, says so, and can be switched on', async () => {
  const world = new World()
  world.create()
  world.answer = 'refused'
  for (let hours = 0; hours <= FAILING_MS / HOUR + 5; hours += 1) {
    if (hours % 6 === 0) world.tell(standing(`${1 + hours / 6}`, { at: world.now }))
    await world.alarm()
    world.now += HOUR
  }
  expect(await world.state()).toMatchObject({
    enabled: false,
    switched_off: expect.stringContaining('day'),
  })
  expect(world.desk.wakeDue()).toBeUndefined()
  expect(await world.desk.call({ op: 'test', webhook_id, notice_id: 't' })).toEqual({ kind: 'off' })
  const log = world.store.deliveries(webhook_id, 100)
  expect(new Set(log.map(({ fate }) => fate))).toEqual(new Set(['given_up']))
  world.answer = 'taken'
  await world.desk.call({ op: 'change', webhook_id, change: { enabled: true } })
  expect(await world.state()).toMatchObject({
    enabled: true,
    switched_off: null,
    failing_since: null,
  })
  const [last] = log
  const again = { op: 'redeliver', webhook_id, notice_id: last?.notice_id ?? '' } as const
  expect(await world.desk.call(again)).toMatchObject({
    kind: 'deliveries',
    deliveries: [{ state: 'delivered', tries: 1 }],
  })
})

it('NOTE-4: two secrets sign for a day after a rotation, and then the new one alone', async () => {
  const world = new World()
  world.create()
  await world.desk.call({ op: 'rotate', webhook_id, secret: 'whsec_bmV3' })
  world.tell(standing('1', { at: world.now }))
  await world.alarm()
  world.now += 24 * HOUR
  world.tell(standing('2', { at: world.now }))
  await world.alarm()
  expect(world.received.map(({ secrets }) => secrets)).toEqual([
    ['whsec_bmV3', 'whsec_MTIzNDU2'],
    ['whsec_bmV3'],
  ])
})

it('an endpoint that answers 410 is switched off at once', async () => {
  const world = new World()
  world.create()
  world.tell(standing('1', { at: world.now }))
  Object.assign(world, { post: () => Promise.resolve({ status: 410 }) })
  await world.alarm()
  expect(await world.state()).toMatchObject({ enabled: false })
})
