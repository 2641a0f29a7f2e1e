import { expect, it } from 'vitest'
import { z } from 'zod'

import { parseInput } from '../../src/api/input.ts'
import { AllCompanies } from '../../src/api/schedules/scheduled-input.ts'
import { IngestionInput } from '../../src/pipelines/ingestion/input.ts'

const input = z.union([IngestionInput, AllCompanies])

it.each([
  ['companies', /"all"/, { companies: 'every' }],
  ['companies', /"all"/, {}],
  ['companies.0', /./, { companies: [5] }],
  ['companies.0.slug', /./, { companies: [{ slug: 5 }] }],
])('SCH-6: a refusal names %s, and that all companies may be meant', (path, message, given) => {
  const refused = () => parseInput(input, given)
  expect(refused).toThrow(
    expect.objectContaining({
      particulars: expect.objectContaining({
        errors: expect.arrayContaining([{ path, message: expect.stringMatching(message) }]),
      }),
    }),
  )
  expect(parseInput(input, { companies: 'all' })).toEqual({ companies: 'all' })
})
