import { Hono } from 'hono'

import { answerErrors, answerHeaders } from './answers.ts'
import { guardsOf, requireToken } from './authenticate.ts'
import { companyRoutes } from './companies.ts'
import { routesOf } from './contract/add-route.ts'
import { devTokenRoutes } from './dev-token.ts'
import { earlierRoutes } from './documents/earlier.ts'
import { progressRoutes } from './documents/progress.ts'
import { documentRoutes } from './documents/routes.ts'
import { searchRoutes } from './documents/search.ts'
import type { ApiEnv } from './env.ts'
import { expiryRoutes } from './expiry.ts'
import { finishBody } from './finish-body.ts'
import { ingestionRoutes } from './ingestion.ts'
import { refuseOtherMethods } from './methods.ts'
import { allowOrigins } from './origins.ts'
import type { ApiPorts } from './ports.ts'
import { postingRoutes } from './postings.ts'
import { notFound, problemResponse } from './problem.ts'
import { readingRoutes } from './reading.ts'
import { identifyRequest } from './request-id.ts'
import { runRoutes } from './runs.ts'
import { serviceRoutes } from './service.ts'
import { createVerifier } from './verify-token.ts'
import { watchTokenRoutes } from './watch-tokens.ts'
import { watchRoutes } from './watch.ts'

/**
 * The API. What stands above `requireToken` looks after itself; what stands below it, the unknown
 * included, is told apart only for those who come with a valid token.
 */
export function createApp(ports: ApiPorts): Hono<ApiEnv> {
  if (ports.auth.kind === 'none') ports.log('warn', 'no key is configured: no token passes', {})
  if (!ports.run_ids.signs)
    ports.log('warn', 'RUN_SECRET holds no secret: run ids are not signed', {})
  const verify = createVerifier(ports.auth, ports.watch_tokens)
  const app = new Hono<ApiEnv>()

  app.use(finishBody(ports), identifyRequest, answerHeaders(), allowOrigins(ports))
  const add = routesOf(app, guardsOf(ports, verify))
  serviceRoutes(add, ports, app)
  app.route('/api/dev/token', devTokenRoutes(ports))
  app.route('/api', watchRoutes(ports, verify))
  app.route('/api', readingRoutes(ports, verify))
  app.route('/progress/documents', progressRoutes(ports, verify))

  app.use(requireToken(verify))
  app.route('/api/runs', runRoutes(ports))
  app.route('/api/runs', expiryRoutes(ports))
  app.route('/api/runs', watchTokenRoutes(ports))
  app.route('/api/ingestion', ingestionRoutes(ports))
  companyRoutes(add, ports)
  app.route('/api/postings', postingRoutes(ports))
  app.route('/api/documents', documentRoutes(ports))
  app.route('/api/search', searchRoutes(ports))
  app.route('/documents', earlierRoutes(ports))
  refuseOtherMethods(app)

  app.notFound((c) => problemResponse(c, notFound()))
  app.onError(answerErrors(ports.log))
  return app
}
