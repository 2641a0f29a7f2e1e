import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { Validator } from '@seriousme/openapi-schema-validator'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

import { routeTable, withTable } from '../../scripts/route-table.ts'
import { AllJobs } from '../../src/protocol/events.ts'
import { problems } from '../../src/protocol/problems.ts'
import { createTestApi, type TestApi } from '../support/api.ts'

const Operation = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.enum(['path', 'query', 'header']) }))
    .default([]),
  responses: z.record(z.string(), z.looseObject({ description: z.string() })),
})
const Document = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({ examples: z.record(z.string(), z.json()) }),
})

let api: TestApi
let text: string
let document: z.infer<typeof Document>
let operations: (readonly [route: string, operation: z.infer<typeof Operation>])[]

beforeAll(async () => {
  api = createTestApi()
  text = await (await api.callBare('/api/openapi.json')).text()
  document = Document.parse(JSON.parse(text))
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  )
})

/** Writes a route of the app as the document does. */
function asDocumented({ method, path }: { method: string; path: string }): string {
  return `${method} ${path.replaceAll(/:(\w+)(?:\{.*?\})?/g, '{$1}')}`
}

describe('the OpenAPI document', () => {
  it('has the version 3.1, and an independent validator accepts it', async () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    const verdict = await new Validator().validate(JSON.parse(text))
    expect(verdict).toMatchObject({ valid: true })
  })

  it('does not change the schemas, which other documents use too', () => {
    const members = JSON.stringify(z.toJSONSchema(AllJobs, { unrepresentable: 'any' }))
    expect(members).toContain('"additionalProperties":false')
  })

  it('has every route of the app, and no other', () => {
    const routes = api.routes.filter(({ method }) => method !== 'ALL').map(asDocumented)
    expect(operations.map(([route]) => route).toSorted()).toEqual(routes.toSorted())
  })

  it('names each operation once, in one sentence', () => {
    const names = operations.map(([, { operationId }]) => operationId)
    expect(new Set(names).size).toBe(names.length)
    for (const [, { operationId, summary }] of operations) {
      expect(operationId).toMatch(/^[a-z][A-Za-z0-9]+$/)
      expect(summary).toMatch(/^[A-Z].*\.$/)
    }
  })

  it('describes each parameter of a path', () => {
    for (const [route, { parameters }] of operations) {
      const names = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const described = parameters.filter((one) => one.in === 'path').map(({ name }) => name)
      expect([route, described.toSorted()]).toEqual([route, names.toSorted()])
    }
  })

  it('shows every code of a problem, each with an example', () => {
    expect(Object.keys(document.components.examples).toSorted()).toEqual(
      Object.keys(problems).toSorted(),
    )
    const shown = new Set(
      [...text.matchAll(/#\/components\/examples\/([\w-]+)/g)].map(([, c]) => c),
    )
    // The only code outside of the operations is that of a wrong method.
    const elsewhere = Object.keys(problems).filter((code) => !shown.has(code))
    expect(elsewhere).toEqual(['method-not-allowed'])
  })

  it('has no broken reference', () => {
    const references = new Set(
      [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, at]) => at ?? ''),
    )
    expect(references.size).toBeGreaterThan(20)
    for (const reference of references) expect(document).toHaveProperty(reference.split('/'))
  })
})

/** Removes the padding of a table, so that the widths of columns do not matter. */
function squeezed(table: string): string {
  return table.replaceAll(/ {2,}|-{3,}/g, ' ')
}

it('docs/PROTOCOL.md has the routes of the contract: npm run routes writes them', () => {
  const protocol = readFileSync(join(import.meta.dirname, '../../docs/PROTOCOL.md'), 'utf8')
  const current = withTable(protocol, routeTable(document))
  expect(squeezed(protocol)).toBe(squeezed(current))
  expect(current).toContain('`POST /api/runs`')
})
