import { Hono } from 'hono'

import { answerErrors, answerHeaders, identifyRequest } from './answers.ts'
import { guardsOf, requireToken } from './authenticate.ts'
import { companyRoutes } from './companies.ts'
import { routesOf } from './contract/add-route.ts'
import { deletionRoutes } from './deletions.ts'
import { detectRoutes } from './detect.ts'
import { devTokenRoutes } from './dev-token.ts'
import { earlierRoutes, progressRoutes } from './documents/earlier.ts'
import { documentRoutes } from './documents/routes.ts'
import { expiryRoutes } from './expiries.ts'
import { failureRoutes } from './failures.ts'
import { finishBody } from './finish-body.ts'
import { ingestionRoutes } from './ingestion.ts'
import { jobRecordRoutes } from './job-record.ts'
import { liveRunRoutes } from './live-runs.ts'
import { matterTokenRoutes } from './matter-tokens.ts'
import { matterRoutes } from './matters.ts'
import { allowOrigins } from './origins.ts'
import { ownerPauseRoutes } from './pausing.ts'
import { pipelineRoutes } from './pipelines.ts'
import type { ApiPorts } from './ports.ts'
import { postingRoutes } from './postings.ts'
import { notFound, ProblemError, problemResponse } from './problem.ts'
import type { RequestContext } from './request-context.ts'
import { runBulkRoute } from './run-bulk.ts'
import { runRoutes } from './runs.ts'
import { scheduleRoutes } from './schedules/routes.ts'
import { searchRoutes } from './search.ts'
import { serviceRoutes } from './service.ts'
import { taskRoutes } from './tasks.ts'
import { createVerifier } from './verify-token.ts'
import { watchTokenListRoutes } from './watch-token-list.ts'
import { watchTokenRoutes } from './watch-tokens.ts'
import { watchRoutes } from './watching.ts'
import { webhookRoutes } from './webhooks.ts'

/**
 * The API. Each route checks the token that its contract asks for. A path without a route is 404 or 405 only
 * for a caller with a valid token; every other caller gets 401.
 */
export function createApp(ports: ApiPorts): Hono<RequestContext> {
  if (ports.auth.kind === 'none')
    ports.log('warn', 'neither AUTH_SECRET nor AUTH_JWKS_URL is set: every token is refused', {})
  if (!ports.run_ids.signs)
    ports.log('warn', 'RUN_SECRET holds no secret: run ids are not signed', {})
  const verify = createVerifier(ports.auth, ports.watch_tokens)
  const app = new Hono<RequestContext>()

  app.use(finishBody(ports), identifyRequest, answerHeaders(), allowOrigins(ports))
  const guards = guardsOf(ports, verify)
  const add = routesOf(app, guards)
  serviceRoutes(add, app)
  devTokenRoutes(app, add, ports)
  liveRunRoutes(app, ports, guards)
  ownerPauseRoutes(add, ports)
  watchRoutes(app, ports, guards)
  pipelineRoutes(add, ports)
  runRoutes(add, ports)
  runBulkRoute(add, ports)
  scheduleRoutes(add, ports)
  webhookRoutes(add, ports)
  jobRecordRoutes(add, ports)
  failureRoutes(add, ports)
  expiryRoutes(add, ports)
  watchTokenRoutes(add, ports)
  ingestionRoutes(add, ports)
  companyRoutes(add, ports)
  detectRoutes(add, ports)
  postingRoutes(add, ports)
  matterRoutes(add, ports)
  matterTokenRoutes(add, ports)
  watchTokenListRoutes(add, ports)
  deletionRoutes(add, ports)
  taskRoutes(add, ports)
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

/**
 * Answers 405 with `Allow` if a path has routes, but none for this method. Call it after all routes and after
 * the token check, so that only callers with a token learn which paths exist.
 */
function refuseOtherMethods(app: Hono<RequestContext>): void {
  for (const [path, methods] of knownMethods(app)) {
    const allow = methods.join(', ')
    app.all(path, () => {
      throw new ProblemError('method-not-allowed', {
        detail: `This path takes ${allow}.`,
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
