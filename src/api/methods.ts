import type { Hono } from 'hono'

import type { ApiEnv } from './env.ts'
import { ProblemError } from './problem.ts'

/** Call it last: a path that is known under other methods says so, to those with a token. */
export function refuseOtherMethods(app: Hono<ApiEnv>): void {
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

function knownMethods(app: Hono<ApiEnv>): Map<string, string[]> {
  const routes = app.routes.filter(({ method }) => method !== 'ALL')
  return new Map(
    Object.entries(Object.groupBy(routes, ({ path }) => path)).map(([path, same = []]) => [
      path,
      [...new Set(same.map(({ method }) => method))],
    ]),
  )
}
