import { Validator } from '@seriousme/openapi-schema-validator'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

import { createTestApi } from '../support/api.ts'

const Document = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.json()) })

let document: z.infer<typeof Document>

beforeAll(async () => {
  document = Document.parse(await (await createTestApi().callBare('/api/openapi.json')).json())
})

describe('the OpenAPI document', () => {
  it('needs no token, and is of the version 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(document.paths).toHaveProperty(['/api/companies/{slug}', 'patch'])
  })

  it('is accepted by a validator that others wrote', async () => {
    expect(await new Validator().validate({ ...document })).toMatchObject({ valid: true })
  })
})
