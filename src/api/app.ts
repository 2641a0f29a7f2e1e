import { Hono } from 'hono'

import { answerErrors, answerHeaders, identifyRequest } from './answers.ts'
import { guardsOf, requireToken } from './authenticate.ts'
import { companyRoutes } from './companies.ts'
import { routesOf } from './contract/add-route.ts'
import { devTokenRoutes } from './dev-token.ts'
import { earlierRoutes, progressRoutes } from './documents/earlier.ts'
import { documentRoutes } from './documents/routes.ts'
import { expiryRoutes } from './expiries.ts'
import { finishBody } from './finish-body.ts'
import { ingestionRoutes } from './ingestion.ts'
import { jobRecordRoutes } from './job-record.ts'
import { allowOrigins } from './origins.ts'
import { pipelineRoutes } from './pipelines.ts'
import type { ApiPorts } from './ports.ts'
import { postingRoutes } from './postings.ts'
import { notFound, ProblemError, problemResponse } from './problem.ts'
import type { RequestContext } from './request-context.ts'
import { runRoutes } from './runs.ts'
import { searchRoutes } from './search.ts'
import { serviceRoutes } from './service.ts'
import { createVerifier } from './verify-token.ts'
import { watchTokenRoutes } from './watch-tokens.ts'
import { watchRoutes } from './watching.ts'

/**
 * The API. Each route checks the token that its contract asks for. What is no route is told apart only for
 * those who come with a valid token.
 */
export function createApp(ports: ApiPorts): Hono<RequestContext> {
  if (ports.auth.kind === 'none') ports.log('warn', 'no key is configured: no token passes', {})
  if (!ports.run_ids.signs)
    ports.log('warn', 'RUN_SECRET holds no secret: run ids are not signed', {})
  const verify = createVerifier(ports.auth, ports.watch_tokens)
  const app = new Hono<RequestContext>()

  app.use(finishBody(ports), identifyRequest, answerHeaders(), allowOrigins(ports))
  const guards = guardsOf(ports, verify)
  const add = routesOf(app, guards)
  serviceRoutes(add, app)
  devTokenRoutes(app, add, ports)
  watchRoutes(app, ports, guards)
  pipelineRoutes(add, ports)
  runRoutes(add, ports)
  jobRecordRoutes(add, ports)
  expiryRoutes(add, ports)
  watchTokenRoutes(add, ports)
  ingestionRoutes(add, ports)
  companyRoutes(add, ports)
  postingRoutes(add, ports)
  documentRoutes(add, ports)
  searchRoutes(add, ports)
  earlierRoutes(add, ports)
  app.route('/', progressRoutes(ports, guards))

  app.use(requireToken(verify))
  refuseOtherMethods(app)

  app.notFound((c) => problemResponse(c, notFound()))
  app.onError(answerErrors(ports.log))
  return app
}

/** A path that is known under other methods says so, to those with a token. Added after all routes. */
function refuseOtherMethods(app: Hono<RequestContext>): void {
  for (const [path, methods] of knownMethods(app)) {
    const allow = methods.join(', ')
    app.all(path, () => {
      throw new ProblemError('method-not-allowed', {
        detail: `This path knows ${allow}.`,
        headers: { allow },
      })
    })
  }
}

function knownMethods(app: Hono<RequestContext>): Map<string, string[]> {
  const routes = app.routes.filter(({ method }) => method !== 'ALL')
  return new Map(
    Object.entries(Object.groupBy(routes, ({ path }) => path)).map(([path, same = []]) => [
      path,
      [...new Set(same.map(({ method }) => method))],
    ]),
  )
}
