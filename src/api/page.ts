import { Hono } from 'hono'

import { answerErrors, answerHeaders, identifyRequest } from './answers.ts'
import { finishBody } from './finish-body.ts'
import type { ApiPorts } from './ports.ts'
import { ProblemError } from './problem.ts'
import type { RequestContext } from './request-context.ts'

type PagePorts = Pick<ApiPorts, 'environment' | 'log'> & {
  /** Fetches a file of the built page by its path. */
  readonly asset: (path: string, request: Request) => Promise<Response>
}

const API_ROOMS: ReadonlySet<string> = new Set(['api', 'documents', 'progress'])

/**
 * Whether a path belongs to the API, even if the API has no such route. Sees through upper case and escaped
 * characters, so that no spelling of such a path reaches the page.
 */
export function isApiPath(pathname: string): boolean {
  const plain = pathname.replaceAll(/%[0-7][0-9a-f]/gi, (code) => decodeURIComponent(code))
  const [first = ''] = plain.split(/[/\\]/).filter((part) => part !== '')
  return API_ROOMS.has(first.toLowerCase())
}

/**
 * Answers a path that neither belongs to the API nor is a file of the page. The answer is the page, which finds
 * out which of its screens the path names.
 */
export function createPage({ environment, log, asset }: PagePorts): Hono<RequestContext> {
  const app = new Hono<RequestContext>()
  app.use(finishBody({ environment }), identifyRequest, answerHeaders())
  app.get('*', async ({ req }) => {
    if (namesFile(req.path, req.header('accept'))) throw noSuchFile()
    const page = await asset('/', req.raw)
    return new Response(page.body, page)
  })
  app.all('*', () => {
    throw new ProblemError('method-not-allowed', {
      detail: 'This path takes GET, HEAD.',
      headers: { allow: 'GET, HEAD' },
    })
  })
  app.onError(answerErrors(log))
  return app
}

/**
 * Whether a path names a file. No screen's path begins with `assets` or with a name that has a dot. Further on,
 * the path of a screen may look like a file, because a person may call a matter "contract.pdf"; a browser that
 * opens such a path accepts HTML.
 */
function namesFile(path: string, accept = ''): boolean {
  const [first = '', ...more] = path.split('/').filter((part) => part !== '')
  if (first === 'assets' || first.includes('.')) return true
  return /\.[a-z\d]{1,10}$/i.test(more.at(-1) ?? '') && !accept.includes('text/html')
}

function noSuchFile(): ProblemError {
  return new ProblemError('not-found', { detail: 'The page has no such file.' })
}
