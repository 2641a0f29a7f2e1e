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
  summary: 'Says that requests are served.',
  answers: { 200: json(z.object({ status: z.string() }), 'Requests are served.') },
} as const satisfies Contract

const openapi = {
  ...common,
  route: 'GET /api/openapi.json',
  summary: 'Gives this document: every route, in OpenAPI 3.1.',
  answers: { 200: json(z.looseObject({ openapi: z.string() }), 'The OpenAPI document.') },
} as const satisfies Contract

const docs = {
  ...common,
  route: 'GET /api/docs',
  summary: 'Shows this document to a person.',
  answers: { 200: other('A page for a browser.', 'text/html') },
} as const satisfies Contract

/** What the service says of itself. */
export function serviceRoutes(add: AddRoute, app: Hono<RequestContext>): void {
  add(health, async () => reply(200, { status: 'ok' }))

  // Made by the first request: a start of the Worker costs nothing for it.
  let document: ReturnType<typeof documentOf> | undefined
  add(openapi, async () => {
    document ??= documentOf(app)
    return reply(200, { ...(await document) })
  })

  add(docs, async () => docsPage(randomHex(16)))
}
