import { Hono } from 'hono'

import { answerErrors, answerHeaders, identifyRequest } from './answers.ts'
import { finishBody } from './finish-body.ts'
import type { ApiPorts } from './ports.ts'
import { ProblemError } from './problem.ts'
import type { RequestContext } from './request-context.ts'

type PagePorts = Pick<ApiPorts, 'environment' | 'log'> & {
  /** The page as it was built; `path` is that of a file of it. */
  readonly asset: (path: string, request: Request) => Promise<Response>
}

const API_ROOMS: ReadonlySet<string> = new Set(['api', 'documents', 'progress'])

/** Whether a path is one of the API's, known or not, however it is written: never the page's. */
export function isApiPath(pathname: string): boolean {
  const plain = pathname.replaceAll(/%[0-7][0-9a-f]/gi, (code) => decodeURIComponent(code))
  const [first = ''] = plain.split(/[/\\]/).filter((part) => part !== '')
  return API_ROOMS.has(first.toLowerCase())
}

/**
 * Answers what is neither the API's nor a file of the page: the page itself finds out which of its
 * screens the path names.
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
      detail: 'This path knows GET, HEAD.',
      headers: { allow: 'GET, HEAD' },
    })
  })
  app.onError(answerErrors(log))
  return app
}

/**
 * No screen's path begins with `assets` or a name that holds a dot. Deeper in a path a name with an ending
 * may be what a person called a matter ("contract.pdf"): a browser that opens it accepts HTML.
 */
function namesFile(path: string, accept = ''): boolean {
  const [first = '', ...more] = path.split('/').filter((part) => part !== '')
  if (first === 'assets' || first.includes('.')) return true
  return /\.[a-z\d]{1,10}$/i.test(more.at(-1) ?? '') && !accept.includes('text/html')
}

function noSuchFile(): ProblemError {
  return new ProblemError('not-found', { detail: 'The page has no such file.' })
}
