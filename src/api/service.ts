import type { Hono } from 'hono'
import { z } from 'zod'

import { randomHex } from '../digest.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, other, reply } from './contract/contract.ts'
import { documentOf } from './contract/document.ts'
import { docsPage } from './docs-page.ts'
import type { RequestContext } from './request-context.ts'

const common = { tag: 'Service', access: 'anyone' } as const

const health = {
  ...common,
  route: 'GET /api/health',
  summary: 'Answers while the API serves requests.',
  answers: { 200: json(z.object({ status: z.string() }), 'The API serves requests.') },
} as const satisfies Contract

const openapi = {
  ...common,
  route: 'GET /api/openapi.json',
  summary: 'Returns the OpenAPI 3.1 document of all routes.',
  answers: { 200: json(z.looseObject({ openapi: z.string() }), 'The OpenAPI document.') },
} as const satisfies Contract

const docs = {
  ...common,
  route: 'GET /api/docs',
  summary: 'Shows the OpenAPI document as a page for a browser.',
  answers: { 200: other('The page.', 'text/html') },
} as const satisfies Contract

/** Adds the health check, the OpenAPI document, and the page that shows the document. */
export function serviceRoutes(add: AddRoute, app: Hono<RequestContext>): void {
  add(health, async () => reply(200, { status: 'ok' }))

  // The first request makes the document, so that the start of the Worker does not pay for it.
  let document: ReturnType<typeof documentOf> | undefined
  add(openapi, async () => {
    document ??= documentOf(app)
    return reply(200, { ...(await document) })
  })

  add(docs, async () => docsPage(randomHex(16)))
}
