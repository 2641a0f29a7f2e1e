import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { z } from 'zod'

import { readCommandLine } from './command-line.ts'
import { tableOf, withPart } from './docs-table.ts'

const PROTOCOL = join(import.meta.dirname, '../docs/PROTOCOL.md')
const PART = {
  begin: '<!-- The routes: made of the contract by `npm run routes`. -->',
  end: '<!-- The end of the routes. -->',
}

const Content = z.record(z.string(), z.looseObject({ schema: z.looseObject({}) }))
const Operation = z.object({
  tags: z.tuple([z.string()]),
  summary: z.string(),
  description: z.string().default(''),
  parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(
    z.string(),
    z.object({
      content: Content.default({}),
      headers: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
})
type Operation = z.infer<typeof Operation>
const Document = z.object({
  tags: z.array(z.object({ name: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
})

/** Problems that follow from a token, a path or a body. A paragraph of the protocol names them once. */
const COMMON = new Set(
  [
    ['unauthorized', 'token-expired', 'unavailable', 'not-found', 'internal', 'invalid-input'],
    ['invalid-json', 'invalid-form', 'too-slow', 'too-large', 'unsupported-media-type', 'damaged'],
  ].flat(),
)

/** Makes the table of routes in docs/PROTOCOL.md from the contract of an app. */
export function routeTable(document: unknown): string {
  const { tags, paths } = Document.parse(document)
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  )
  // The rows follow the resources, in the order of the document.
  const rows = tags.flatMap(({ name }) =>
    operations
      .filter(
        ([
          ,
          {
            tags: [tag],
          },
        ]) => tag === name,
      )
      .map(([route, one]) => rowOf(route, one)),
  )
  return tableOf([['route', 'does', 'takes', 'answers'], ...rows])
}

function rowOf(route: string, operation: Operation): string[] {
  const query = operation.parameters
    .filter((one) => one.in === 'query')
    .map(({ name }) => `${name}=`)
  const address =
    route.replaceAll(/\{(\w+)\}/g, ':$1') + (query.length === 0 ? '' : `?${query.join('&')}`)
  const does = [operation.summary, operation.description].filter((text) => text !== '').join(' ')
  const takes = Object.values(operation.requestBody?.content ?? {}).map(({ schema }) =>
    nameOf(schema),
  )
  return [`\`${address}\``, does, takes.join(), answersOf(operation)]
}

function answersOf({ responses }: Operation): string {
  const answers = Object.entries(responses).filter(([status]) => Number(status) < 400)
  const told = answers.map(([status, { content, headers }]) =>
    [
      status,
      ...Object.values(content).map(({ schema }) => nameOf(schema)),
      ...Object.keys(headers).map(code),
    ]
      .filter((part) => part !== '')
      .join(' '),
  )
  const problems = Object.entries(responses).flatMap(([status, { content }]) =>
    codesOf(content).map((problem) => `${status} ${code(problem)}`),
  )
  return [...told, ...problems].join('; ')
}

/** Lists the codes of one status's problems, except for the common ones. */
function codesOf(content: z.infer<typeof Content>): string[] {
  const text = JSON.stringify(content['application/problem+json']?.schema ?? {})
  const codes = [...text.matchAll(/"\/problems\/([\w-]+)"/g)].flatMap(([, name]) => name ?? [])
  return codes.filter((name) => !COMMON.has(name))
}

/** Returns the name of a schema. If it has none, returns the names of its members. */
function nameOf(schema: Record<string, unknown>): string {
  const { $ref: reference, properties } = schema
  if (typeof reference === 'string') return code(reference.split('/').at(-1) ?? '')
  if (typeof properties !== 'object' || properties === null) return ''
  return code(`{${Object.keys(properties).join(', ')}}`)
}

function code(text: string): string {
  return `\`${text}\``
}

/** Replaces the table of routes in docs/PROTOCOL.md. */
export function withTable(protocol: string, table: string): string {
  return withPart(protocol, PART, table)
}

/** Reads the contract from an app in memory. */
async function contract(): Promise<unknown> {
  // Imported only here: it loads the whole API, and `--help` needs none of it.
  const { createTestApi } = await import('../test/support/api.ts')
  return (await createTestApi().callBare('/api/openapi.json')).json()
}

if (import.meta.main) {
  readCommandLine({
    usage: `npm run routes

Writes the table of routes in docs/PROTOCOL.md from the contract that the API serves.

  --help   this text
`,
    options: {},
  })
  const protocol = readFileSync(PROTOCOL, 'utf8')
  writeFileSync(PROTOCOL, withTable(protocol, routeTable(await contract())))
}
