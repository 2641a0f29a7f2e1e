import { expect, it } from 'vitest'

import { callRun } from '../../../src/api/calls.ts'
import { newRunId, stubOf } from '../object.ts'

it('an object of the version before, which lacks a call, answers that a deployment goes on', async () => {
  const later = () => Reflect.get(stubOf(newRunId()), 'laterCall')({})
  await expect(callRun(later)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('A new version is being deployed'),
    particulars: { headers: { 'retry-after': '10' } },
  })
})
