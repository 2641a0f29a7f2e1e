import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'

import { DeliveryPath, PagePath, PassagePath } from '../../../src/api/contract/parameters.ts'
import { shownName } from '../../../src/api/documents/put-files.ts'
import { documents } from '../../../src/pipelines/documents/documents.ts'
import { GivenCompany } from '../../../src/pipelines/ingestion/company.ts'
import { ingestion } from '../../../src/pipelines/ingestion/ingestion.ts'
import { cleanText } from '../../../src/protocol/clean-text.ts'
import { SlugInPath } from '../../../src/protocol/company.ts'
import { parseCursor } from '../../../src/protocol/cursor.ts'
import { DocumentId } from '../../../src/protocol/document.ts'
import { ExternalId, GroupKey, Owner, RunId } from '../../../src/protocol/ids.ts'
import { MatterId } from '../../../src/protocol/matter.ts'
import { WatchTokenId } from '../../../src/protocol/run.ts'
import { ScheduleId } from '../../../src/protocol/schedule.ts'
import { TaskId } from '../../../src/protocol/task.ts'
import { WebhookId } from '../../../src/protocol/webhook.ts'
import { createTestApi, type TestApi } from '../../support/api.ts'
import { MemoryDocuments } from '../../support/memory-documents.ts'
import { placesIn } from '../../support/schema-strings.ts'

/** The schemas that have read something, with the routes that used them. */
const seen = vi.hoisted(() => new Map<z.ZodType, Set<string>>())
const asked = vi.hoisted(() => ({ route: '' }))

vi.mock(import('../../../src/api/input.ts'), async (load) => {
  const own = await load()
  return {
    ...own,
    parseInput: (schema, value, at) => {
      seen.set(schema, (seen.get(schema) ?? new Set()).add(asked.route))
      return own.parseInput(schema, value, at)
    },
  }
})

/** The schemas of the parameters in paths, by their names. */
const pathNames: Readonly<Record<string, z.ZodType>> = {
  run_id: RunId,
  document_id: DocumentId,
  matter_id: MatterId,
  token_id: WatchTokenId,
  slug: SlugInPath,
  company: SlugInPath,
  group: GroupKey,
  external_id: ExternalId,
  notice_id: DeliveryPath.shape.notice_id,
  schedule_id: ScheduleId,
  task_id: TaskId,
  webhook_id: WebhookId,
  n: PassagePath.shape.n,
  page: PagePath.shape.page,
}

/** Inputs that one schema accepts unread. Other schemas read them, which this test checks too. */
const OPAQUE = [
  'input.companies[]: unknown',
  'companies[]: unknown',
  'start.input: unknown',
  'start.input.companies[]: unknown',
]

/** Texts that each get an answer of their own, which says what is wrong with the text. Nothing stores them. */
const ANSWERED = ['POST /api/companies/detect.urls[]']

/** Schemas whose values are only compared with expected ones, or with tokens that our own keys have signed. */
const COMPARED = [
  'query token',
  ...['authorization', 'origin', 'host', 'accept', 'upgrade', 'cf-ray'].map(
    (name) => `header ${name}`,
  ),
]

let api: TestApi

beforeAll(async () => {
  api = createTestApi(() => ({
    pipelines: { ingestion, documents },
    documents: new MemoryDocuments().ports(),
  }))
  for (const { method, path } of api.routes) {
    asked.route = `${method} ${path}`
    for (const init of bodiesOf(method)) await api.call(addressOf(path), init)
  }
  const start = (pipeline: string) => api.post('/api/runs', { pipeline, input: {} })
  for (const pipeline of ['ingestion', 'documents']) await start(pipeline)
})

const Operation = z.object({
  parameters: z.array(z.object({ in: z.string() })).default([]),
  requestBody: z.object({ content: z.record(z.string(), z.unknown()) }).default({ content: {} }),
})
const Contract = z.object({ paths: z.record(z.string(), z.record(z.string(), Operation)) })

/** A route of the app as the contract writes it. */
function asPath(route: string): string {
  return route.replaceAll(/:(\w+)(?:\{.*?\})?/g, '{$1}')
}

/** The number of schemas with which a route of the contract was read. */
function readsOf(route: string): number {
  return [...seen.values()].filter((those) => [...those].some((one) => asPath(one) === route))
    .length
}

function sourcesOfApi() {
  const root = join(import.meta.dirname, '../../../src/api')
  const files = globSync('**/*.ts', { cwd: root })
  return files.map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
}

/** Makes an address that the route accepts. */
function addressOf(path: string): string {
  const ids: Readonly<Record<string, string>> = { slug: 'acme', company: 'acme', external_id: '1' }
  return path.replaceAll(/:(\w+)(?:\{.*?\})?/g, (_, name: string) => ids[name] ?? '0'.repeat(32))
}

/** Makes a body of each kind that a route may accept. */
function bodiesOf(method: string): RequestInit[] {
  if (method === 'GET' || method === 'ALL') return [{ headers: { 'idempotency-key': 'a' } }]
  const form = new FormData()
  form.append('files', new File(['a'], 'a.txt'))
  const headers = { 'content-type': 'application/json' }
  return [
    { method, headers, body: '{}' },
    { method, headers: { ...headers, 'idempotency-key': 'a' }, body: '{"letters":["a"]}' },
    { method, headers: { 'idempotency-key': 'a' }, body: form },
  ]
}

/**
 * Texts that are too long. They have characters that no store can keep at the beginning, in the middle or
 * at the end.
 */
const NASTY = ['\0', '\ud800', '\udfff'].flatMap((sign) =>
  ['', 'a', '1', 'https://a.test/', '0'.repeat(32)].flatMap((text) => [
    sign + text,
    text + sign,
    text + sign + text,
  ]),
)
const LONG = ['a', '1', 'a-1', 'https://a.test/'].map((text) => text.repeat(100_000))

/** The greatest length of a text in an input. */
const MOST = 2_000

function faultsOf(schema: z.ZodType, name: string): string[] {
  return placesIn(schema).strings.flatMap(({ path, schema: place }) =>
    [...NASTY, ...LONG].flatMap((text) => {
      const read = place.safeParse(text)
      if (!read.success || isClean(read.data)) return []
      return [`${name}${path} takes ${JSON.stringify(text.slice(0, 40))}`]
    }),
  )
}

/** The places that take some fault. */
function placesOf(faults: readonly string[]): ReadonlySet<string | undefined> {
  return new Set(faults.map((fault) => fault.split(' takes ')[0]))
}

function isClean(read: unknown): boolean {
  return typeof read !== 'string' || (read === cleanText(read) && read.length <= MOST)
}

describe('input from outside', () => {
  it('is read by each schema that the contract shows', async () => {
    const document = Contract.parse(await (await api.callBare('/api/openapi.json')).json())
    const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { parameters: list, requestBody }]) => {
        const places = new Set(list.map((one) => one.in).filter((place) => place !== 'path'))
        const kinds = ['application/json', 'multipart/form-data']
        const bodies = kinds.some((kind) => kind in requestBody.content) ? 1 : 0
        return [`${method.toUpperCase()} ${path}`, places.size + bodies] as const
      }),
    )
    expect(routes.length).toBeGreaterThan(5)
    expect(routes.map(([route]) => [route, readsOf(route)])).toEqual(routes)
  })

  it('has only text that can be stored, with a limited length', () => {
    const faults = [...seen].flatMap(([schema, [route = '']]) => faultsOf(schema, route))
    expect(placesOf(faults)).toEqual(new Set(ANSWERED))
    expect(faultsOf(GivenCompany, 'a company')).toEqual([])
  })

  it('is checked everywhere: another schema reads what one does not read', () => {
    const opaque = [...seen.keys()].flatMap((schema) => placesIn(schema).opaque)
    expect(new Set(opaque.map(({ path, type }) => `${path}: ${type}`))).toEqual(new Set(OPAQUE))
  })

  it('is read by no schema if it is only compared', () => {
    const reads = sourcesOfApi().flatMap(({ text }) =>
      [...text.matchAll(/\breq(?:uest)?\.(query|header)\('([\w-]+)'\)/g)].map(
        ([, kind, name]) => `${kind} ${name}`,
      ),
    )
    expect(new Set(reads)).toEqual(new Set(COMPARED))
    for (const text of [...NASTY, ...LONG]) {
      expect(isClean(shownName(text)) && shownName(text).length <= 255).toBe(true)
      expect(parseCursor(text)).toBeUndefined()
    }
  })

  it('has only these parameters in its paths', () => {
    const names = api.routes.flatMap(({ path }) =>
      [...path.matchAll(/:(\w+)/g)].map(([, name]) => name),
    )
    expect(Object.keys(pathNames).toSorted()).toEqual([...new Set(names)].toSorted())
    for (const [name, schema] of Object.entries({ ...pathNames, owner: Owner }))
      expect(faultsOf(schema, name)).toEqual([])
  })
})

it('is found at any depth if a schema accepts anything', () => {
  const open = z.object({
    a: z.array(z.object({ b: z.string().max(10).optional() })),
    c: z.union([z.int(), z.looseObject({ d: z.string().transform((text) => text) })]),
    e: z.record(z.string(), z.string()),
    f: z.map(z.string(), z.string()),
  })
  expect(faultsOf(open, 'it')).toContainEqual('it.a[].b takes "\\u0000"')
  expect(faultsOf(open, 'it')).toContainEqual('it.c.d takes "\\u0000"')
  expect(faultsOf(open, 'it')).toContainEqual('it.e.* takes "\\u0000"')
  expect(faultsOf(open, 'it')).toContainEqual('it.e.<key> takes "\\u0000"')
  expect(placesIn(open).opaque).toEqual([
    { path: 'c.*', type: 'unknown' },
    { path: 'f', type: 'map' },
  ])
})
