import { expect, it } from 'vitest'

import { callRun } from '../../../src/api/calls.ts'
import { newRunId, stubOf } from '../object.ts'

it('an object of the version before, which lacks a call, answers that a deployment goes on', async () => {
  const run = stubOf(newRunId())
  await expect(callRun(() => Reflect.get(run, 'laterCall')({}))).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('A new version is being deployed'),
    particulars: { headers: { 'retry-after': '10' } },
  })
})
