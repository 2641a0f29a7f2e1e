import type { MiddlewareHandler } from 'hono'
import { describeRoute, uniqueSymbol } from 'hono-openapi'
import type { z } from 'zod'

import { type ProblemCode, problems } from '../../protocol/problems.ts'
import type { Answer, Body, Contract, HeaderName, OtherAnswer } from './contract.ts'
import { openapiSchema } from './openapi-schema.ts'
import { problemsOf } from './problems-of.ts'

/**
 * Middlewares that let every request pass. The generator of the OpenAPI document reads the route's description
 * off them.
 */
export function describeContract(contract: Contract): MiddlewareHandler[] {
  const { params, query, headers } = contract
  return [
    describeRoute(operationOf(contract)),
    ...(params === undefined ? [] : [describeParameters('param', params)]),
    ...(query === undefined ? [] : [describeParameters('query', query)]),
    ...(headers === undefined ? [] : [describeParameters('header', headers)]),
  ]
}

type Operation = Parameters<typeof describeRoute>[0]

function operationOf(contract: Contract): Operation {
  const { tag, summary, description, access, body } = contract
  return {
    tags: [tag],
    summary,
    operationId: operationIdOf(contract.route),
    security: [...SECURITY[access]],
    ...(description === undefined ? {} : { description }),
    ...(body === undefined ? {} : { requestBody: requestBodyOf(body) }),
    responses: responsesOf(contract),
  }
}

/** Makes the name of a route in generated clients: `getCompaniesBySlug` for `GET /api/companies/:slug`. */
function operationIdOf(route: Contract['route']): string {
  const [method = '', path = ''] = route.split(' ')
  const parts = path
    .replace(/^\/api/, '')
    .split(/[/.-]/)
    .filter((part) => part !== '')
  const words = parts.map((part) => (part.startsWith(':') ? `By_${part.slice(1)}` : part))
  const name = words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('')
  return (
    method.toLowerCase() +
    name
      .replaceAll(/\{[^{}]*\}/g, '')
      .replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  )
}

const bearer = { bearer: [] }
const token = { token: [] }
const SECURITY = {
  anyone: [],
  owner: [bearer],
  reader: [bearer],
  watcher: [bearer, token],
  subscriber: [bearer, token],
  visitor: [bearer],
} as const satisfies Record<Contract['access'], readonly object[]>

const passOn: MiddlewareHandler = (_, next) => next()

function describeParameters(target: 'param' | 'query' | 'header', schema: z.ZodType) {
  // Each schema needs a function of its own, because the generator finds the parameters in a property of the
  // function.
  const pass: MiddlewareHandler = passOn.bind(undefined)
  return Object.assign(pass, { [uniqueSymbol]: { target, ...openapiSchema(schema, 'input') } })
}

function requestBodyOf(body: Body): NonNullable<Operation['requestBody']> {
  switch (body.kind) {
    case 'json': {
      const content = { schema: openapiSchema(body.schema, 'input'), example: body.example }
      return { required: body.optional !== true, content: { 'application/json': content } }
    }
    case 'form': {
      const content = { schema: openapiSchema(body.schema, 'input'), example: body.example }
      return { required: true, content: { 'multipart/form-data': content } }
    }
    case 'bytes': {
      const content = { schema: {}, example: body.example }
      return { required: true, content: { 'application/octet-stream': content } }
    }
  }
}

type Responses = NonNullable<Operation['responses']>

function responsesOf(contract: Contract): Responses {
  const answers = Object.entries(contract.answers).map(([status, answer]) => [
    status,
    answerOf(answer),
  ])
  return { ...problemResponses(problemsOf(contract)), ...Object.fromEntries(answers) }
}

function answerOf(answer: Answer) {
  switch (answer.kind) {
    case 'json':
      return {
        description: answer.description,
        headers: headersOf(answer.headers),
        content: { 'application/json': { schema: openapiSchema(answer.schema, 'output') } },
      }
    case 'empty':
      return { description: answer.description, headers: headersOf(answer.headers) }
    case 'other':
      return {
        description: answer.description,
        ...(answer.media === undefined
          ? {}
          : { content: { [answer.media]: { schema: lineSchemaOf(answer) } } }),
      }
  }
}

/** OpenAPI 3.1 has no word for the schema of a line, so readers take the schema of NDJSON for that. */
function lineSchemaOf({ line }: OtherAnswer) {
  return line === undefined ? {} : openapiSchema(line, 'output')
}

function headersOf(names: readonly HeaderName[] = []) {
  return Object.fromEntries(names.map((name) => [name, HEADERS[name]]))
}

const HEADERS: Readonly<Record<HeaderName, object>> = {
  Location: { description: 'The path of the result.', schema: { type: 'string' } },
  'Retry-After': {
    description:
      'After how many seconds to poll again, if the run has no place for another watcher.',
    schema: { type: 'integer' },
  },
  ETag: { description: 'The cursor of the run, in quotes.', schema: { type: 'string' } },
}

/** Several codes may share a status: the `type` of the problem tells them apart. */
function problemResponses(codes: readonly ProblemCode[]): Responses {
  const by_status = Map.groupBy(codes, (code) => problems[code].status)
  return Object.fromEntries(
    [...by_status].map(([status, those]) => [status, problemResponse(those)]),
  )
}

function problemResponse(codes: readonly ProblemCode[]): Responses[string] {
  const type = { type: 'string', enum: codes.map((code) => `/problems/${code}`) } as const
  const examples = codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])
  return {
    description: codes.map((code) => `${problems[code].title} (\`${code}\`)`).join('. '),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { type: 'object', properties: { type } },
          ],
        },
        examples: Object.fromEntries(examples),
      },
    },
  }
}
