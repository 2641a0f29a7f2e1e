import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { randomHex } from '../../src/digest.ts'
import { Uploaded } from '../../src/protocol/document.ts'
import { Problem } from '../../src/protocol/problems.ts'
import { askRaw, type RawAnswer, UPGRADE } from '../support/raw-request.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { sampleCompanies, User } from '../support/user.ts'

/** Tests of everything between the network and the API, in a whole Worker under `wrangler dev`. */

let stack: Stack
let me: User

beforeAll(async () => {
  stack = await startStack({ env: { CORS_ORIGINS: 'https://app.example' } })
  me = await User.of(stack, 'me')
})

afterAll(() => stack?.close())

const ask = (path: string, asked?: Parameters<typeof askRaw>[2]) =>
  askRaw(stack.origin, path, asked)

/** The headers with which a browser follows a link. */
const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'sec-fetch-mode': 'navigate',
}

const bearer = () => ({ authorization: `Bearer ${me.token}` })

/** Returns the status of an answer that is a problem. Throws if the answer is no problem. */
function problemOf({ status, headers, text }: RawAnswer): number {
  const type = headers['content-type']
  if (type !== 'application/problem+json') throw new Error(`${status} is ${type}, and no problem`)
  const problem = Problem.parse(JSON.parse(text))
  if (problem.status !== status)
    throw new Error(`${status} says of itself that it is ${problem.status}`)
  return status
}

describe('a path of the API is never answered with the page, however it is written', () => {
  it.each([
    '/api',
    '/api/',
    '/api?x=1',
    '/API',
    '/Api/',
    '/API/runs',
    '/api/nothing',
    '/api/runs/',
    '/api//runs',
    '/api%2Fruns',
    '/%61%70%69',
    '/%41PI/runs',
    '//api',
    '//api/runs',
    '/api%5Cruns',
    '/./api/',
    '/x/../api',
    '/documents',
    '/documents/',
    '/Documents/upload',
    '/documents%2Fupload',
    '/progress',
    '/PROGRESS/documents',
    '/progress/documents/x',
  ])('%s', async (path) => {
    for (const headers of [{}, NAVIGATION]) {
      expect(problemOf(await ask(path, { headers }))).toBe(401)
      expect(problemOf(await ask(path, { headers: { ...headers, ...bearer() } }))).toBe(404)
    }
  })

  it('and an escaped letter that needs no escape is read as the letter', async () => {
    expect((await ask('/%61pi/health')).status).toBe(200)
  })
})

/** Checks the headers of the page, which every file of the page has too. */
function expectPageHeaders({ headers }: RawAnswer): void {
  const policy = String(headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("style-src 'self';")
  expect(policy).toContain("connect-src 'self';")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain('unsafe')
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': expect.stringContaining('camera=()'),
    'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
    'x-frame-options': 'DENY',
  })
}

describe('the page', () => {
  it.each([
    '/',
    '/runs/x',
    `/runs/${'0'.repeat(32)}`,
    '/nowhere',
    '/apix',
    '/runs/documents/api',
    '/matters/M%C3%BCller%20.%2F.%20Schmidt',
    '/matters/Smith%20v.%20Jones%20Inc.',
  ])('is the answer to any other path: %s', async (path) => {
    for (const headers of [{}, NAVIGATION]) {
      const page = await ask(path, { headers })
      expect(page.status).toBe(200)
      expect(page.headers['content-type']).toMatch(/^text\/html/)
      expect(page.text).toContain('<title>Runcast</title>')
      expect(page.text).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/)
      expectPageHeaders(page)
    }
  })

  it('is also the answer to a link that looks like a file', async () => {
    const page = await ask('/matters/contract.pdf', { headers: NAVIGATION })
    expect(page.text).toContain('<title>Runcast</title>')
    expect(problemOf(await ask('/matters/contract.pdf'))).toBe(404)
  })

  it('has files that may be cached for ever, and that exist under no other name', async () => {
    const { text } = await ask('/')
    const files = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].flatMap(
      ([, at]) => at ?? [],
    )
    expect(files.length).toBeGreaterThanOrEqual(3)
    for (const file of files) {
      const answer = await ask(file)
      expect(answer.status).toBe(200)
      expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable')
      expectPageHeaders(answer)
      expect(problemOf(await ask(`${file}x`))).toBe(404)
    }
  })

  it.each([
    '/assets/x.js',
    '/assets/',
    '/assets',
    '/favicon.ico',
    '/robots.txt',
    '/.well-known/security.txt',
    '/.env',
    '/static/app.js',
    '/_headers.txt',
  ])('is not the answer to a missing file: %s', async (path) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await ask(path, { method, headers: { accept: '*/*' } })
      expect(answer.status).toBe(404)
      expect(answer.headers['content-type']).toBe('application/problem+json')
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
    }
  })

  it('is answered with 304 if it has not changed', async () => {
    const { etag = '' } = (await ask('/runs/x')).headers
    const again = await ask('/runs/y', { headers: { 'if-none-match': etag } })
    expect([again.status, again.text]).toEqual([304, ''])
  })
})

describe('another method', () => {
  it.each([
    ['POST', '/', 'GET, HEAD'],
    ['PUT', '/runs/x', 'GET, HEAD'],
    ['OPTIONS', '/nowhere', 'GET, HEAD'],
    ['DELETE', '/api/runs', 'POST, GET'],
    ['POST', '/api/health', 'GET'],
    ['GET', '/api/dev/token', 'POST'],
    ['GET', '/api/ingestion/start', 'POST'],
    ['PUT', `/api/runs/${'0'.repeat(32)}`, 'GET, PATCH, DELETE'],
    ['POST', `/api/runs/${'0'.repeat(32)}/stream`, 'GET'],
    ['POST', '/api/documents/x/file', 'GET, PUT'],
    ['GET', '/documents/upload', 'POST'],
    ['PURGE', '/api/companies/acme', 'GET, PUT, PATCH, DELETE'],
  ])('gets a 405 that lists the allowed methods: %s %s', async (method, path, allow) => {
    const answer = await ask(path, { method, headers: bearer() })
    expect(problemOf(answer)).toBe(405)
    expect(answer.headers.allow).toBe(allow)
  })
})

describe('an answer of the API', () => {
  it('may be stored only by its client, and is never taken for a page', async () => {
    const run_id = await me.start((await sampleCompanies(stack)).slice(0, 1))
    const run = await ask(`/api/runs/${run_id}`, { headers: bearer() })
    expect(run.headers['cache-control']).toBe('private, no-cache')
    const answers = [
      run,
      await ask('/api/runs', { headers: bearer() }),
      await ask(`/api/runs/${run_id}/jobs`, { headers: bearer() }),
      await ask('/api/runs'),
      await ask('/api/health'),
      await ask('/api/dev/token', { method: 'POST' }),
    ]
    for (const answer of answers)
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': expect.stringMatching(/^no-store$|^private, no-cache$/),
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'referrer-policy': 'no-referrer',
        vary: 'Origin',
      })
  })

  it('with a file is an attachment, whatever the file contains', async () => {
    const form = new FormData()
    form.set('matter', 'Edge')
    const page = '<!doctype html><title>x</title><script>alert(1)</script><p>A page of a client.'
    form.set('files', new File([page], 'a "page".html', { type: 'text/html' }))
    const headers = bearer()
    const sent = await fetch(`${stack.origin}/api/documents`, {
      method: 'POST',
      headers,
      body: form,
    })
    const [document] = Uploaded.parse(await sent.json()).documents
    const file = await ask(`/api/documents/${document?.document_id}/file`, { headers })
    expect(file.text).toBe(page)
    expect(file.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringMatching(/^attachment; filename="a _page_.html";/),
      'content-security-policy': expect.stringMatching(/default-src 'none'.*sandbox/),
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    })
  })
})

/**
 * Asks for a development token, and returns the status. Throws if the answer is neither a token nor a
 * problem.
 */
async function askToken(headers: Record<string, string>): Promise<number> {
  const asked = { 'content-type': 'application/json', ...headers }
  const init = { method: 'POST', headers: asked, body: '{"sub":"me"}' }
  const answer = await ask('/api/dev/token', init)
  return answer.status === 200 ? 200 : problemOf(answer)
}

describe('the development token', () => {
  it.each([{}, { host: 'localhost:8787' }, { origin: 'http://localhost:5173' }])(
    'is given to this machine: %j',
    async (headers) => {
      expect(await askToken(headers)).toBe(200)
    },
  )

  it.each([
    { host: 'evil.example' },
    { host: 'evil.example:8787', origin: 'http://evil.example:8787' },
    { origin: 'https://evil.example' },
    { origin: 'https://app.example' },
    { origin: 'null' },
    // `wrangler dev` reads a request's address from this header, which a page under a foreign name could
    // send.
    {
      host: 'evil.example',
      origin: 'http://evil.example',
      'mf-original-url': 'http://localhost/api/dev/token',
    },
  ])(
    'is refused to sites whose name leads to this machine, and to their pages: %j',
    async (headers) => {
      expect(await askToken(headers)).toBe(403)
    },
  )
})

describe('a socket', () => {
  it.each([
    [undefined, 101],
    ['http://localhost:5173', 101],
    ['https://app.example', 101],
    ['own', 101],
    ['https://evil.example', 403],
    ['https://app.example.evil.example', 403],
    ['null', 403],
  ])('of a page of %s is answered %i', async (origin, status) => {
    const run_id = await me.start((await sampleCompanies(stack)).slice(0, 1))
    const page = origin === undefined ? {} : { origin: origin === 'own' ? stack.origin : origin }
    const path = `/api/runs/${run_id}/socket?token=${me.token}`
    const answer = await ask(path, { headers: { ...UPGRADE, ...page } })
    expect(answer.status === 101 ? 101 : problemOf(answer)).toBe(status)
  })
})

/** The routes of a run. A request for a made-up id must leave nothing behind on any of them. */
const RUN_ROUTES: [method: string, path: (id: string) => string, body?: string][] = [
  ['GET', (id) => `/api/runs/${id}`],
  ['GET', (id) => `/api/runs/${id}/jobs`],
  ['GET', (id) => `/api/runs/${id}/logs`],
  ['GET', (id) => `/api/runs/${id}/stream`],
  ['GET', (id) => `/api/runs/${id}/events`],
  ['GET', (id) => `/api/runs/${id}/socket`],
  ['GET', (id) => `/api/runs/${id}/expiry`],
  ['POST', (id) => `/api/runs/${id}/expiry`, '{"company":"acme","apply":true}'],
  ['POST', (id) => `/api/runs/${id}/abort`],
  ['POST', (id) => `/api/runs/${id}/pause`],
  ['POST', (id) => `/api/runs/${id}/resume`],
  ['POST', (id) => `/api/runs/${id}/retry`, '{"status":"failed"}'],
  ['POST', (id) => `/api/runs/${id}/watch-tokens`],
  ['DELETE', (id) => `/api/runs/${id}/watch-tokens/${'0'.repeat(32)}`],
  ['GET', (id) => `/api/ingestion/progress/${id}`],
  ['GET', (id) => `/api/ingestion/logs/${id}`],
  ['POST', (id) => `/api/ingestion/abort/${id}`],
]

const MADE_UP = 200
const AT_ONCE = 50

/** The files in which workerd stores the runs' objects. */
function storedRuns(): string[] {
  const folder = join(stack.data, 'worker/v3/do/runcast-local-RunObject')
  const files = readdirSync(folder).toSorted()
  // The other files (-wal, -shm) come and go when an object is opened and put to sleep.
  return files.filter((name) => name.endsWith('.sqlite'))
}

it('RUN-5: requests for made-up ids, on every route in turn, leave no storage behind', async () => {
  const run_id = await me.start((await sampleCompanies(stack)).slice(0, 1))
  await me.view(run_id)
  const before = storedRuns()
  expect(before.length).toBeGreaterThan(0)
  const statuses = new Map<number, number>()
  const askOne = async (n: number) => {
    const [method, path, body] = RUN_ROUTES[n % RUN_ROUTES.length] ?? []
    if (method === undefined || path === undefined) throw new RangeError('there is no such route')
    const upgrade = path('').endsWith('socket') ? UPGRADE : {}
    const headers = { ...bearer(), 'content-type': 'application/json', ...upgrade }
    const sent = body === undefined ? {} : { body }
    const { status } = await ask(path(randomHex(16)), { method, headers, ...sent })
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  for (let from = 0; from < MADE_UP; from += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => askOne(from + n)))
  expect(Object.fromEntries(statuses)).toEqual({ 404: MADE_UP })
  expect(storedRuns()).toEqual(before)
  expect((await me.view(run_id)).run_id).toBe(run_id)
})
