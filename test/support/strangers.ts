type Asked = { readonly path: string; readonly at: number; readonly user_agent: string }

const HOST = 'careers.example.com'
const POSTINGS = 5

let asked: Asked[] = []
/** What the next requests for a path meet, the first of them first. */
const answers = new Map<string, Response[]>()

/** The world outside of a Worker under test: one careers site, and else what is really there. */
export async function strangers(request: Request): Promise<Response> {
  const url = new URL(request.url)
  if (url.hostname !== HOST) return passOn(request)
  if (url.pathname === '/told') return told(request)
  asked.push({
    path: url.pathname,
    at: Date.now(),
    user_agent: request.headers.get('user-agent') ?? '',
  })
  return answers.get(url.pathname)?.shift() ?? page(url.pathname)
}

/** GET: what was asked for. DELETE: forgets it. POST: how the next request for a path is answered. */
async function told(request: Request): Promise<Response> {
  const url = new URL(request.url)
  if (request.method === 'GET') return Response.json(asked)
  if (request.method === 'DELETE') asked = []
  else {
    const path = url.searchParams.get('path') ?? ''
    const headers = { 'retry-after': url.searchParams.get('retry_after') ?? '0' }
    const status = Number(url.searchParams.get('status'))
    answers.set(path, [...(answers.get(path) ?? []), new Response('', { status, headers })])
  }
  return Response.json({})
}

function page(path: string): Response {
  if (path === '/robots.txt') return new Response('User-agent: *\nDisallow: /jobs/secret\n')
  if (path === '/jobs') return html(links())
  const number = /^\/jobs\/(?:engineer-\d+|secret-\d+)$/.exec(path)
  return number ? html(posting(path)) : new Response('', { status: 404 })
}

function links(): string {
  const open = Array.from({ length: POSTINGS }, (_, n) => `<a href="/jobs/engineer-${n}">One</a>`)
  return `${open.join('')}<a href="/jobs/secret-1">Secret</a>`
}

function posting(path: string): string {
  const advert = { '@type': 'JobPosting', title: `At ${path}`, description: '<p>Work.</p>' }
  return `<script type="application/ld+json">${JSON.stringify(advert)}</script>`
}

function html(body: string): Response {
  const headers = { 'content-type': 'text/html' }
  return new Response(`<html><body>${body}</body></html>`, { headers })
}

async function passOn(request: Request): Promise<Response> {
  const { method, headers } = request
  const body = method === 'GET' ? null : await request.arrayBuffer()
  const answer = await fetch(request.url, { method, headers: Object.fromEntries(headers), body })
  return new Response(await answer.arrayBuffer(), {
    status: answer.status,
    headers: { 'content-type': answer.headers.get('content-type') ?? '' },
  })
}
