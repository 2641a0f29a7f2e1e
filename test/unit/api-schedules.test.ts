import { describe, expect, it } from 'vitest'

import type { RunStub } from '../../src/api/ports.ts'
import { ScheduleList, ScheduleView, SlotsPreview, SlotView } from '../../src/protocol/schedule.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { tokenOf } from '../support/tokens.ts'

const start = { pipeline: 'letters', input: { letters: ['a'] } }
const when = { kind: 'daily', at: '03:00', zone: 'Europe/Berlin' }
const nightly = { name: 'Nightly', start, when }

const away: RunStub['create'] = () => Promise.resolve({ kind: 'not_wired' })

async function made(api: TestApi, change: object = {}): Promise<ScheduleView> {
  const answer = await api.post('/api/schedules', { ...nightly, ...change })
  expect(answer.status).toBe(201)
  const schedule = ScheduleView.parse(await answer.json())
  expect(answer.headers.get('location')).toBe(pathOf(schedule))
  return schedule
}

function pathOf({ schedule_id }: ScheduleView): string {
  return `/api/schedules/${schedule_id}`
}

it('SCH-1: a schedule is made, read, changed and deleted, and another owner does not see it', async () => {
  const api = createTestApi()
  const schedule = await made(api, { labels: { team: 'growth' } })
  expect(schedule).toMatchObject({ ...nightly, overlap: 'skip', backfill: 'none', paused: false })
  expect(schedule.next).toHaveLength(5)
  expect(schedule.next[0]).toBe(schedule.next_at)
  const preview = await api.post('/api/schedules/preview', { when })
  expect(SlotsPreview.parse(await preview.json()).next).toEqual(schedule.next)
  const path = pathOf(schedule)
  expect(await (await api.call(path)).json()).toEqual(schedule)

  const list = ScheduleList.parse(await (await api.call('/api/schedules')).json())
  expect(list.schedules.map(({ name }) => name)).toEqual(['Nightly'])
  const bob = { headers: { authorization: `Bearer ${await tokenOf('bob')}` } }
  expect(await (await api.call('/api/schedules', bob)).json()).toEqual({ schedules: [] })
  for (const method of ['GET', 'DELETE', 'POST']) {
    const to = method === 'POST' ? `${path}/run` : path
    expect((await api.call(to, { ...bob, method })).status).toBe(404)
  }

  const paused = await api.send('PATCH', path, { paused: true, name: 'Never' })
  expect(await paused.json()).toMatchObject({
    name: 'Never',
    paused: true,
    next: [],
    next_at: null,
  })
  const other = { start: { pipeline: 'letters', input: { letters: ['b'] } } }
  expect(await (await api.send('PATCH', path, other)).json()).toMatchObject({ ...other, when })
  expect((await api.call(path, { method: 'DELETE' })).status).toBe(204)
  expect((await api.call(path)).status).toBe(404)
  expect((await api.call(path, { method: 'DELETE' })).status).toBe(404)
  expect((await api.send('PATCH', path, { paused: true })).status).toBe(404)
})

it('SCH-5: a run by hand starts at once, once for each key, and says which schedule it is of', async () => {
  const api = createTestApi()
  const schedule = await made(api, { labels: { team: 'growth' }, paused: true })
  const path = `${pathOf(schedule)}/run`
  const first = await api.call(path, { method: 'POST', headers: { 'idempotency-key': 'a' } })
  expect(first.status).toBe(202)
  const slot = SlotView.parse(await first.json())
  expect(slot).toMatchObject({ kind: 'by_hand', state: 'started', status: 'pending' })
  const again = await api.call(path, { method: 'POST', headers: { 'idempotency-key': 'a' } })
  expect(await again.json()).toEqual(slot)
  await api.call(path, { method: 'POST' })
  const labels = { team: 'growth', schedule: schedule.schedule_id }
  expect([...api.runs.values()]).toMatchObject([
    { run_id: slot.run_id, name: 'Nightly', pipeline: 'letters', labels },
    { name: 'Nightly', labels },
  ])
  expect(await (await api.call(pathOf(schedule))).json()).toMatchObject({
    slots: [{ kind: 'by_hand' }, slot],
    last: { kind: 'by_hand' },
  })
})

it('SCH-5: a start that fails is tried again, and is not refused', async () => {
  const api = createTestApi(({ run }) => ({ run: (id) => ({ ...run(id), create: away }) }))
  const schedule = await made(api)
  const answer = await api.call(`${pathOf(schedule)}/run`, { method: 'POST' })
  expect(answer.status).toBe(202)
  expect(await answer.json()).toMatchObject({ state: 'owed', reason: { code: 'start_failed' } })
})

it('an owner has at most so many schedules', async () => {
  const api = createTestApi(({ owner }) => ({
    owner: (name) => ({ ...owner(name), schedules: () => Promise.resolve({ kind: 'full' }) }),
  }))
  const answer = await api.post('/api/schedules', nightly)
  expect(answer.status).toBe(409)
  expect(await answer.json()).toMatchObject({ type: '/problems/too-many' })
})

const cron = (pattern: string) => ({ kind: 'cron', cron: pattern, zone: 'Europe/Berlin' })

describe('a schedule is 422', () => {
  it.each([
    ['when', undefined],
    ['when.cron', cron('* * * *')],
    ['when.cron', cron('* * * * * *')],
    ['when.cron', cron('61 * * * *')],
    ['when.cron', cron('0 0 31 2 *')],
    ['when.cron', cron('@daily')],
    ['when.zone', { ...when, zone: 'Mars/Olympus' }],
    ['when.zone', { ...when, zone: '+01:00' }],
    ['when.at', { ...when, at: '24:00' }],
    ['when.minutes', { kind: 'every', minutes: 0 }],
    ['when.minutes', { kind: 'every', minutes: 1_441 }],
    ['when.minutes', { kind: 'every', minutes: 1.5 }],
    ['when.kind', { kind: 'never' }],
  ])('for %s %j', async (path, bad) => {
    const api = createTestApi()
    for (const answer of [
      await api.post('/api/schedules', { ...nightly, when: bad }),
      await api.post('/api/schedules/preview', { when: bad }),
    ]) {
      expect(answer.status).toBe(422)
      expect(await answer.json()).toMatchObject({ errors: [{ path }] })
    }
  })

  it.each([
    ['start.pipeline', { start: { pipeline: 'numbers', input: {} } }],
    ['start.input.letters.0', { start: { pipeline: 'letters', input: { letters: ['z'] } } }],
    ['jitter_s', { jitter_s: 60, when: cron('* * * * *') }],
    ['jitter_s', { jitter_s: 3_601 }],
    ['labels', { labels: { schedule: 'mine' } }],
    ['name', { name: ' ' }],
    ['color', { color: 'red' }],
    ['overlap', { overlap: 'never' }],
  ])('for %s %j', async (path, change) => {
    const answer = await createTestApi().post('/api/schedules', { ...nightly, ...change })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ errors: [{ path }] })
  })
})

it('the jitter of a change is compared with the slots that stay', async () => {
  const api = createTestApi()
  const schedule = await made(api, { when: cron('*/2 * * * *') })
  const answer = await api.send('PATCH', pathOf(schedule), { jitter_s: 120 })
  expect(answer.status).toBe(422)
})
