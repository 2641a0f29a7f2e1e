import type { Context, Hono, MiddlewareHandler } from 'hono'

import { readJson, readOptionalJson } from '../body.ts'
import { parseInput } from '../input.ts'
import { notFound } from '../problem.ts'
import type { RequestContext } from '../request-context.ts'
import type { Access, Asked, Body, Contract, Handle, Reply } from './contract.ts'
import { describeContract } from './describe-contract.ts'

/** Adds a route: its contract, and the handler of the requests that match the contract. */
export type AddRoute = <const C extends Contract>(contract: C, handle: Handle<C>) => void

/** The middleware that checks the token, for each kind of access. */
export type Guards = Readonly<Record<Exclude<Access, 'anyone'>, MiddlewareHandler<RequestContext>>>

/**
 * Returns the function that adds routes to an app. The contract decides how each route checks, reads and
 * answers a request.
 */
export function routesOf(app: Hono<RequestContext>, guards: Guards): AddRoute {
  return (contract, handle) => {
    const [method = '', path = ''] = contract.route.split(' ')
    const guard = contract.access === 'anyone' ? [] : [guards[contract.access]]
    for (const middleware of [...describeContract(contract), ...guard])
      app.on(method, path, middleware)
    app.on(method, path, async (c) => respond(c, await handle(await readRequest(contract, c), c)))
  }
}

/** Reads a request by its contract. Throws a problem if a part of the request does not match its schema. */
async function readRequest<C extends Contract>(
  { params, query, headers, body }: C,
  c: Context<RequestContext>,
): Promise<Asked<C>> {
  const asked = {
    owner: c.get('owner'),
    params: params && readParams(params, c),
    headers: headers && parseInput(headers, headersOf(Object.keys(headers.shape), c)),
    query: query && parseInput(query, c.req.query()),
    body: body && (await readBody(body, c.req.raw)),
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each member is the output of its schema, or undefined without one
  return asked as Asked<C>
}

/**
 * A parameter that does not match its schema can name nothing that exists, so this answers 404, as for any name
 * that does not exist.
 */
function readParams(schema: NonNullable<Contract['params']>, c: Context<RequestContext>) {
  const parsed = schema.safeParse(c.req.param())
  if (!parsed.success) throw notFound()
  return parsed.data
}

function headersOf(names: readonly string[], { req }: Context<RequestContext>) {
  const present = names.filter((name) => req.header(name) !== undefined)
  return Object.fromEntries(present.map((name) => [name, req.header(name)]))
}

async function readBody(body: Body, request: Request): Promise<unknown> {
  if (body.kind !== 'json') return undefined
  const read = body.optional === true ? readOptionalJson : readJson
  return parseInput(body.schema, await read(request))
}

function respond(c: Context<RequestContext>, reply: Reply | Response): Response {
  if (reply instanceof Response) return reply
  const { status, json, headers } = reply
  if (json === undefined) return c.newResponse(null, status, headers)
  const type = { 'content-type': 'application/json' }
  return c.newResponse(JSON.stringify(json), status, { ...type, ...headers })
}
