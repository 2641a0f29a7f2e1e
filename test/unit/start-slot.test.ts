import { expect, it } from 'vitest'

import { createRunIds } from '../../src/api/run-ids.ts'
import { slotStarter, type SlotPorts } from '../../src/api/schedules/start-slot.ts'
import type { RunStart } from '../../src/durable/run/run-rpc.ts'
import { ingestion } from '../../src/pipelines/ingestion/ingestion.ts'
import { Slug } from '../../src/protocol/company.ts'
import { stored } from '../support/api.ts'
import { alice } from '../support/test-run.ts'
import { RUN_SECRET } from '../support/tokens.ts'

const slot = {
  owner: alice,
  key: 'schedule a 2027-01-01',
  pipeline: 'ingestion',
  input: '{"companies":"all"}',
  name: 'Nightly',
  labels: { schedule: 'a' },
}

function world(slugs: string[]) {
  const starts: RunStart[] = []
  const ports: SlotPorts = {
    pipelines: { ingestion },
    run_ids: createRunIds({ secrets: [RUN_SECRET], unkeyed: false }),
    run: (run_id) => ({
      admits: () =>
        Promise.resolve(starts.some((start) => start.run_id === run_id) ? 'yes' : 'unknown'),
      create: (start) => {
        const known = starts.find((one) => one.run_id === start.run_id)
        if (known !== undefined && known.body_hash !== start.body_hash)
          return Promise.resolve({ kind: 'key_reused' })
        if (known === undefined) starts.push(start)
        const kind = known === undefined ? 'created' : 'exists'
        return Promise.resolve({ kind, status: 'pending', created_at: '' })
      },
    }),
    companies: {
      // Each company has the label `team` with its slug.
      list: ({ label, cursor }) => {
        const at = Number(cursor ?? 0)
        const found = slugs.filter((slug) => label === undefined || label.value === slug)
        const companies = found
          .slice(at, at + 2)
          .map((slug) =>
            stored({ slug: Slug.parse(slug), name: slug, source: { type: 'greenhouse' } }),
          )
        const next_cursor = at + 2 < found.length ? String(at + 2) : null
        return Promise.resolve({ kind: 'page', page: { companies, next_cursor } })
      },
    },
  }
  return { starts, start: slotStarter(ports) }
}

it('SCH-6: a schedule over all companies reads those that its owner has at the slot', async () => {
  const { starts, start } = world(['a', 'b', 'c'])
  expect(await start(slot)).toMatchObject({ kind: 'started', status: 'pending' })
  expect(starts[0]?.groups.map(({ key }) => key)).toEqual(['a', 'b', 'c'])
  expect(starts[0]).toMatchObject({ name: 'Nightly', labels: { schedule: 'a' } })
})

it('SCH-6: a label is resolved at the slot, and a slot without companies says so unless its run was started', async () => {
  const slugs = ['a', 'b']
  const { starts, start } = world(slugs)
  const labelled = { ...slot, input: '{"companies":{"label":"team:b"}}' }
  const first = await start(labelled)
  expect(starts[0]?.groups.map(({ key }) => key)).toEqual(['b'])
  slugs.splice(0)
  expect(await start(labelled)).toEqual(first)
  expect(await start({ ...labelled, key: 'the next slot' })).toEqual({
    kind: 'refused',
    reason: { code: 'no_companies', message: 'No company has the label team:b.' },
  })
  slugs.push('b')
  expect(await start({ ...labelled, key: 'the slot after it' })).toMatchObject({ kind: 'started' })
})

it('SCH-3: a repeated start of a slot is one run, also when the schedule has changed since', async () => {
  const { starts, start } = world(['a'])
  const first = await start(slot)
  expect(await start(slot)).toEqual(first)
  expect(await start({ ...slot, input: '{"companies":["b"]}', name: 'Other' })).toEqual(first)
  expect(starts).toHaveLength(1)
  expect(await start({ ...slot, key: 'another' })).not.toEqual(first)
})

it('refuses what no later try would start', async () => {
  const { start } = world([])
  expect(await start(slot)).toMatchObject({ kind: 'refused', reason: { code: 'no_companies' } })
  expect(await start({ ...slot, pipeline: 'gone' })).toMatchObject({
    kind: 'refused',
    reason: { code: 'pipeline_unknown' },
  })
  expect(await start({ ...slot, input: '{"companies":[]}' })).toMatchObject({
    kind: 'refused',
    reason: { code: 'input_refused' },
  })
})
