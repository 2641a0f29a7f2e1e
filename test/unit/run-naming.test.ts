import { describe, expect, it } from 'vitest'

import { confirmCheckpoint } from '../../src/durable/run/checkpoints.ts'
import { rename } from '../../src/durable/run/rename.ts'
import { viewRun } from '../../src/durable/run/run-views.ts'
import { changeNaming, type Naming, type NamingChange } from '../../src/protocol/naming.ts'
import { RunStarted } from '../../src/protocol/run.ts'
import { createTestApi } from '../support/api.ts'
import { TestRun } from '../support/test-run.ts'

const ten = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`k${i}`, 'v']))

describe('RUN-7: a change of name and labels', () => {
  it.for<[string, Naming, NamingChange, Naming | 'too_many']>([
    ['names a run', {}, { name: 'a' }, { name: 'a', named: 1 }],
    [
      'keeps the rest',
      { name: 'a', named: 1 },
      { labels: { k: 'v' } },
      { name: 'a', labels: { k: 'v' }, named: 2 },
    ],
    ['removes a name', { name: 'a' }, { name: null }, { named: 1 }],
    [
      'removes a label',
      { labels: { k: 'v', l: 'w' } },
      { labels: { k: null } },
      { labels: { l: 'w' }, named: 1 },
    ],
    ['removes the last label', { labels: { k: 'v' } }, { labels: { k: null } }, { named: 1 }],
    [
      'replaces a value',
      { labels: { k: 'v' } },
      { labels: { k: 'w' } },
      { labels: { k: 'w' }, named: 1 },
    ],
    ['refuses an eleventh label', { labels: ten }, { labels: { more: 'v' } }, 'too_many'],
    [
      'puts one in the place of another',
      { labels: ten },
      { labels: { k0: null, more: 'v' } },
      expect.anything(),
    ],
  ])('%s', ([, before, change, after]) => {
    expect(changeNaming(before, change)).toEqual(after)
  })

  it('raises no seq, is told to no watcher, and goes to Postgres with a checkpoint', () => {
    const test = new TestRun()
    test.create('a')
    test.take('checkpoint')
    test.call(confirmCheckpoint, { seq: 1 })
    expect(test.call(rename, { name: 'Nightly' })).toEqual({
      kind: 'named',
      naming: { name: 'Nightly', named: 1 },
    })
    expect(test.run.seq).toBe(1)
    expect(test.changes).toHaveLength(1)
    expect(test.take('checkpoint')).toHaveLength(1)
    expect(viewRun(test.run, test.store)).toMatchObject({
      name: 'Nightly',
      named: 1,
      cursor: 'epoch.1',
    })
    // The checkpoint was read before the change, or by a Worker of an earlier version.
    test.call(confirmCheckpoint, { seq: 1 })
    expect(kinds(test)).toContain('checkpoint')
    test.call(confirmCheckpoint, { seq: 1, named: 1 })
    expect(kinds(test)).not.toContain('checkpoint')
    test.call(rename, { name: 'Nightly' })
    expect(test.run.named).toBe(1)
    expect(kinds(test)).not.toContain('checkpoint')
  })

  it('after the end is archived with the run, and not lost to an archive that was read before', () => {
    const test = new TestRun()
    test.create('a')
    test.plan(0, 0)
    expect(test.run.life.status).toBe('finished')
    const mark = { seq: test.run.seq, last_line: test.store.lastLine() }
    test.call(rename, { labels: { team: 'growth' } })
    expect(test.run.seq).toBe(mark.seq)
    expect(test.archive(mark)).toBe(false)
    expect(test.archive({ ...mark, named: 1 })).toBe(true)
  })
})

describe('RUN-7: a start', () => {
  const body = { pipeline: 'letters', input: { letters: ['a'] } }
  const key = { 'idempotency-key': 'k' }

  it('gives a name and labels, which belong to its body', async () => {
    const api = createTestApi()
    const naming = { name: ' Nightly ', labels: { team: 'growth' } }
    const started = await api.post('/api/runs', { ...body, ...naming }, key)
    expect(started.status).toBe(202)
    const { run_id } = RunStarted.parse(await started.json())
    expect(api.runs.get(run_id)).toMatchObject({ name: 'Nightly', labels: { team: 'growth' } })
    expect((await api.post('/api/runs', { ...body, ...naming }, key)).status).toBe(202)
    expect((await api.post('/api/runs', { ...body, name: 'Other' }, key)).status).toBe(422)
  })

  it.each([
    [{ name: '' }],
    [{ name: 'a'.repeat(201) }],
    [{ name: 'a\nb' }],
    [{ name: null }],
    [{ labels: { Team: 'x' } }],
    [{ labels: { '': 'x' } }],
    [{ labels: { ['a'.repeat(64)]: 'x' } }],
    [{ labels: { team: '' } }],
    [{ labels: { team: 1 } }],
    [{ labels: ['team'] }],
    [{ labels: { ...ten, more: 'v' } }],
  ])('is refused with %j', async (naming) => {
    expect((await createTestApi().post('/api/runs', { ...body, ...naming })).status).toBe(422)
  })

  it('of a run can be named and labelled later', async () => {
    const api = createTestApi()
    const { run_id } = RunStarted.parse(await (await api.post('/api/runs', body)).json())
    const path = `/api/runs/${run_id}`
    const renamed = await api.send('PATCH', path, { name: 'Nightly', labels: { gone: null } })
    expect(renamed.status).toBe(200)
    expect(await renamed.json()).toEqual({ run_id, name: 'Nightly' })
    for (const wrong of [{}, { status: 'x' }, { name: 5 }, { labels: { 'no key': 'v' } }])
      expect((await api.send('PATCH', path, wrong)).status).toBe(422)
    const many = { labels: { ...ten, more: 'v' } }
    expect((await api.send('PATCH', path, many)).status).toBe(422)
    expect((await api.send('PATCH', `/api/runs/${'0'.repeat(32)}`, { name: 'a' })).status).toBe(404)
  })
})

describe('RUN-7: the query of the list', () => {
  it.each([
    ['status=with_problems', { status: 'with_problems' }],
    ['label=team', { label: { key: 'team' } }],
    ['label=team:a:b', { label: { key: 'team', value: 'a:b' } }],
    ['started_since=2026-11-01', { started_since: '2026-11-01T00:00:00.000Z' }],
    ['longer_than_s=60', { longer_than_s: 60 }],
  ])('reads %s', async (query, expected) => {
    const asked: unknown[] = []
    const api = createTestApi(({ listRuns }) => ({
      listRuns: (given) => {
        asked.push(given)
        return listRuns(given)
      },
    }))
    const first = await api.call(`/api/runs?${query}`)
    expect(await first.json()).toMatchObject({ runs: [], counts: { with_problems: 0 } })
    expect(asked).toMatchObject([expected])
    const next = await api.call(`/api/runs?${query}&cursor=x`)
    expect(await next.json()).not.toHaveProperty('counts')
  })

  it.each([
    'label=Team',
    'label=:x',
    'started_since=soon',
    'longer_than_s=-1',
    'status=late',
    'q=',
  ])('refuses %s', async (query) => {
    expect((await createTestApi().call(`/api/runs?${query}`)).status).toBe(422)
  })
})

function kinds(test: TestRun): string[] {
  return test.store.readEntries().map(({ subject }) => subject.kind)
}
