import { expect, it } from 'vitest'

import { documents } from '../../src/pipelines/documents/documents.ts'
import * as registry from '../../src/pipelines/registry.ts'
import { PipelineList } from '../../src/protocol/pipelines.ts'
import { JobStep } from '../../src/protocol/status.ts'
import { stepOf } from '../../src/protocol/terminal.ts'
import { createTestApi } from '../support/api.ts'

it('GET /api/pipelines gives the words for each pipeline, and needs a token', async () => {
  const api = createTestApi(({ pipelines }) => ({ pipelines: { ...pipelines, documents } }))
  const { pipelines } = PipelineList.parse(await (await api.call('/api/pipelines')).json())
  const { name, nouns, phases, steps, mendable } = documents
  expect(pipelines).toMatchObject([
    { name, nouns, phases, steps, mendable },
    { name: 'letters', steps: [{ step: 'spelling' }], mendable: [] },
  ])
  expect(mendable).toContain('encrypted')
  expect((await api.callBare('/api/pipelines')).status).toBe(401)
})

it('a start gives the run’s object the nouns of its pipeline', async () => {
  const api = createTestApi()
  await api.post('/api/runs', { pipeline: 'letters', input: { letters: ['a'] } })
  const [run] = api.runs.values()
  expect(run?.nouns).toMatchObject({ job: { one: 'word', many: 'words' } })
})

it.each(['pending', 'ready', 'failed', 'skipped', 'aborted', '', 'Reading', 'a b', 'x'.repeat(41)])(
  'the name %j is none of a step',
  (name) => {
    expect(JobStep.safeParse(name).success).toBe(false)
  },
)

it.each(Object.values(registry))('the pipeline $name declares valid steps', ({ steps }) => {
  for (const { step } of steps) {
    expect(JobStep.parse(step)).toBe(step)
    expect(stepOf(step)).toBe(step)
  }
})
