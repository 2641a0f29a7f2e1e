import { setTimeout as delay } from 'node:timers/promises'

type Asked = { readonly path: string; readonly at: number; readonly user_agent: string }

const HOST = 'careers.example.com'
const POSTINGS = 5
/**
 * Hosts without a pace whose pages take a sixth of the time-out. In a deployment with a time-out of 10 s
 * that would be 1.7 s.
 */
export const slowOrigins = Array.from({ length: 20 }, (_, n) => `https://slow-${n}.example.com`)
export const SLOW_LIMIT_MS = 720
const SLOW_MS = 120
const SLOW_POSTINGS = 30

let asked: Asked[] = []
/** The answers to the next requests for each path, in order. */
const answers = new Map<string, Response[]>()

/** The world outside of a Worker under test: made-up career sites, and the real network for all other hosts. */
export async function outboundService(request: Request): Promise<Response> {
  const url = new URL(request.url)
  if (slowOrigins.includes(url.origin)) return slowPage(url.pathname)
  if (url.hostname !== HOST) return passOn(request)
  if (url.pathname === '/told') return told(request)
  asked.push({
    path: url.pathname,
    at: Date.now(),
    user_agent: request.headers.get('user-agent') ?? '',
  })
  return answers.get(url.pathname)?.shift() ?? page(url.pathname)
}

/**
 * GET returns the requests so far. DELETE forgets them. POST sets the answer to the next request for a
 * path.
 */
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

async function slowPage(path: string): Promise<Response> {
  if (path === '/robots.txt') return new Response('')
  if (path === '/jobs') return html(links(SLOW_POSTINGS))
  await delay(SLOW_MS)
  return html(posting(path))
}

function page(path: string): Response {
  if (path === '/robots.txt') return new Response('User-agent: *\nDisallow: /jobs/secret\n')
  if (path === '/jobs') return html(`${links(POSTINGS)}<a href="/jobs/secret-1">Secret</a>`)
  const number = /^\/jobs\/(?:engineer-\d+|secret-\d+)$/.exec(path)
  return number ? html(posting(path)) : new Response('', { status: 404 })
}

function links(length: number): string {
  return Array.from({ length }, (_, n) => `<a href="/jobs/engineer-${n}">One</a>`).join('')
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
