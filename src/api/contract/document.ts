import type { Hono } from 'hono'
import { generateSpecs } from 'hono-openapi'
import type { z } from 'zod'

import { Problem, type ProblemCode, problems } from '../../protocol/problems.ts'
import type { RequestContext } from '../request-context.ts'
import type { Tag } from './contract.ts'
import { openapiSchema } from './openapi-schema.ts'

/** Makes the OpenAPI 3.1 document of all routes of an app that have a contract. */
export async function documentOf(app: Hono<RequestContext>) {
  const { components } = await openapiSchema(Problem, 'output').toOpenAPISchema()
  return generateSpecs(app, {
    documentation: {
      info: { title: 'Runcast', version: '1', description: INTRODUCTION },
      servers: [{ url: '/' }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        ...components,
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          token: { type: 'apiKey', in: 'query', name: 'token' },
        },
        examples: problemExamples(),
      },
    },
    // Without this the generator leaves out paths that look like files, such as /api/openapi.json.
    excludeStaticFile: false,
    defaultValidationErrorResponse: false,
  })
}

const INTRODUCTION = `
Runcast starts long runs and shows them live. docs/PROTOCOL.md of the project holds the rules of runs, events and
watching; this document holds the routes.

Every error is an RFC 9457 problem with a stable \`type\`. A method that a path does not have is answered 405
(\`method-not-allowed\`) with \`Allow\`. A path that does not exist, or that belongs to another owner, is 404.
Every path under /api, /documents and /progress needs a token, except where a route says otherwise.
`.trim()

const TAGS: Readonly<Record<Tag, string>> = {
  Runs: 'Start, read, abort and retry runs.',
  Schedules: 'Runs that start by themselves, at the times that a schedule gives.',
  Webhooks: 'Endpoints that are told how runs end and which slots of schedules were missed.',
  Watching:
    'Follow a run by an event stream, a WebSocket or polls. All carry the same events and cursors.',
  Companies: 'The companies whose postings runs of the ingestion pipeline read.',
  Postings: 'The postings that runs of the ingestion pipeline have stored.',
  Matters: 'List, rename and delete the matters that documents are in.',
  Documents: 'Upload, read, mend and remove documents.',
  Search: 'Find passages of documents by words and by meaning.',
  Tasks: 'Delete everything, and follow deletions and actions on many runs.',
  'Earlier system': 'Routes for clients that were written for the earlier system.',
  Service: 'Health, this document, and tokens for local development.',
}

function problemExamples() {
  const codes = Object.keys(problems).filter((code): code is ProblemCode => code in problems)
  return Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }]))
}

function exampleOf(code: ProblemCode): z.output<typeof Problem> {
  const { title, status } = problems[code]
  const problem = { type: `/problems/${code}`, title, status, detail: `${title}.` }
  const request_id = '8f0c2a1b-5d6e-4f70-8192-a3b4c5d6e7f8'
  if (code !== 'invalid-input') return { ...problem, request_id }
  const errors = [{ path: 'limit', message: 'a whole number from 1 to 200' }]
  return { ...problem, detail: 'limit: a whole number from 1 to 200', request_id, errors }
}
