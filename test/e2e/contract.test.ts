import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { Uploaded } from '../../src/protocol/document.ts'
import { PollAnswer } from '../../src/protocol/poll.ts'
import { RunStarted, WatchToken } from '../../src/protocol/run.ts'
import { createTestApi } from '../support/api.ts'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { type ContractRequest, exampleOf, requestsOf } from '../support/contract-requests.ts'
import { ApiContract, type Answered, type Operation } from '../support/contract.ts'
import { inHeader } from '../support/hostile-strings.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { sampleCompanies, User } from '../support/user.ts'

let stack: Stack
let chromium: TestBrowser
let me: User
/** Existing names for the parameters of paths. */
let ids: Readonly<Record<string, string>>

/** The contract of an app in memory has the same routes as the stack's. It gives the tests their names. */
const contract = new ApiContract(await (await createTestApi().callBare('/api/openapi.json')).json())
let served: ApiContract

beforeAll(async () => {
  stack = await startStack()
  chromium = await openBrowser()
  me = await User.of(stack, 'me')
  served = new ApiContract(await (await fetch(`${stack.origin}/api/openapi.json`)).json())
  const [company] = await sampleCompanies(stack)
  const source = company?.source
  const acme = { slug: 'acme', name: 'Acme', source }
  await me.post('/api/companies', acme)
  const started = await me.post('/api/runs', {
    pipeline: 'ingestion',
    input: { companies: ['acme'] },
  })
  const { run_id } = RunStarted.parse(await started.json())
  await untilDone(run_id)
  const [posting] = await me.postings()
  const token = await me.post(`/api/runs/${run_id}/watch-tokens`)
  const { token_id } = WatchToken.parse(await token.json())
  const form = formOf({ matter: 'Smith', files: ['lease.txt'] })
  const uploaded = await me.get('/api/documents', {}, { method: 'POST', body: form })
  const { run_id: reading, matter_id, documents } = Uploaded.parse(await uploaded.json())
  await untilDone(reading)
  const document_id = documents[0]?.document_id ?? ''
  const { schedule_id } = await me.schedule()
  const { webhook_id } = await me.webhook()
  ids = {
    run_id,
    token_id,
    document_id,
    matter_id,
    schedule_id,
    webhook_id,
    external_id: posting?.external_id ?? '',
  }
}, 180_000)

afterAll(async () => {
  await chromium?.close()
  await stack?.close()
})

async function untilDone(run_id: string): Promise<void> {
  const poll = async () => (await me.get(`/api/runs/${run_id}/events?wait=25`)).json()
  while (!PollAnswer.parse(await poll()).done) continue
}

function formOf(body: unknown): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(typeof body === 'object' && body !== null ? body : {}))
    for (const one of Array.isArray(value) ? value : [value])
      form.append(
        name,
        name === 'files' ? new File([`The lease of ${String(one)}.`], 'lease.txt') : String(one),
      )
  return form
}

function contentOf({ requestBody }: Operation, body: unknown): RequestInit {
  const [media] = Object.keys(requestBody?.content ?? {})
  if (media === undefined || body === undefined) return {}
  if (media === 'multipart/form-data') return { body: formOf(body) }
  const text =
    typeof body === 'string' && media !== 'application/json' ? body : JSON.stringify(body)
  return { body: text, headers: { 'content-type': media } }
}

async function call(operation: Operation, asked: ContractRequest): Promise<Answered> {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(asked.path[name]?.toWellFormed() ?? ''),
  )
  const query = new URLSearchParams(asked.query).toString()
  const { headers = {}, ...content } = contentOf(operation, asked.body)
  const given: Record<string, string> = Object.fromEntries(
    Object.entries(asked.headers).map(([name, value]) => [name, inHeader(value)]),
  )
  const stop = new AbortController()
  const init = { method: operation.method, signal: stop.signal, ...content }
  const all = { ...given, ...Object.fromEntries(new Headers(headers)) }
  const answer = await me.get(`${path}?${query}`, all, init)
  const type = answer.headers.get('content-type') ?? ''
  const { status } = answer
  if (/ndjson/.test(type)) return { status, type, body: linesOf(await answer.text()) }
  if (/json/.test(type)) return { status, type, body: await answer.json() }
  stop.abort()
  return { status, type }
}

function linesOf(text: string): unknown[] {
  return text.split('\n').flatMap((line): unknown => (line === '' ? [] : JSON.parse(line)))
}

function nameOf({ method, path }: Operation): string {
  return `${method} ${path}`
}

/** The examples that this stack must refuse, with the status. */
const REFUSED: Readonly<Record<string, number>> = {
  // Nothing in the run has failed.
  'POST /api/runs/{run_id}/again': 409,
  'GET /api/runs/{run_id}/socket': 426,
  'GET /api/runs/live/socket': 426,
  'POST /api/runs/{run_id}/abort': 409,
  'POST /api/runs/{run_id}/pause': 409,
  'POST /api/runs/{run_id}/resume': 409,
  'POST /api/runs/{run_id}/retry': 409,
  'POST /api/runs/{run_id}/expiry': 404,
  'POST /api/ingestion/abort/{run_id}': 409,
  'POST /api/companies': 409,
  // There is no such task.
  'GET /api/tasks/{task_id}': 404,
  // No notice has this id.
  'POST /api/webhooks/{webhook_id}/deliveries/{notice_id}/redeliver': 404,
  // A text has no pages.
  'GET /api/documents/{document_id}/pages/{page}': 404,
}

/** Operations that delete something come last, and at the very end those that take others along. */
const WHOLE = ['/api/matters/{matter_id}', '/api/runs/{run_id}', '/api/owner']
const inOrder = contract.operations.toSorted((a, b) => lateness(a) - lateness(b))

function lateness({ method, path }: Operation): number {
  return method === 'DELETE' ? 1 + WHOLE.indexOf(path) + 1 : 0
}

describe.each(inOrder.map((one) => [nameOf(one), one] as const))('%s', (name, operation) => {
  test('answers its example as the contract says', async () => {
    const example = exampleOf(operation)
    // A key stands for one start, so each route gets its own.
    const key = 'Idempotency-Key' in example.headers ? { 'Idempotency-Key': operation.path } : {}
    const headers = { ...example.headers, ...key }
    const asked = { ...example, headers, path: { ...example.path, ...ids } }
    const answered = await call(operation, asked)
    expect(served.faultOf(operation, answered)).toBeUndefined()
    const { status } = answered
    expect(status < 400 ? 'taken' : status).toBe(REFUSED[name] ?? 'taken')
  })
})

test('a person can read the contract on a page that requests nothing from other origins', async () => {
  const page = await (await chromium.context()).newPage()
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).origin))
  const directives: string[] = []
  await page.exposeFunction('tellDirective', (directive: string) => directives.push(directive))
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
      tellDirective(effectiveDirective + ' ' + blockedURI))`,
  )
  await page.goto(`${stack.origin}/api/docs`)
  await page.getByText('Starts a run.').first().waitFor()
  expect(new Set(asked)).toEqual(new Set([stack.origin]))
  // The bundle sets some style attributes, and tries whether it may evaluate text. It works without
  // both.
  const spared = ['style-src-attr inline', 'script-src eval']
  expect(directives.filter((one) => !spared.includes(one))).toEqual([])
  const font = await page.evaluate(`getComputedStyle(document.querySelector('h1')).fontWeight`)
  expect(Number(font)).toBeGreaterThanOrEqual(600)
  await page.close()
})

const NUM_RUNS = process.env['RUNCAST_LONG'] === undefined ? 5 : 200

describe.each(inOrder.map((one) => [nameOf(one), one] as const))('%s', (_, operation) => {
  test('answers valid and slightly invalid requests as the contract says', async () => {
    const property = fc.asyncProperty(requestsOf(served, operation), async (asked) => {
      const answered = await call(operation, asked)
      expect(answered.status).not.toBe(500)
      expect(served.faultOf(operation, answered)).toBeUndefined()
    })
    await fc.assert(property, { numRuns: NUM_RUNS })
  })
})
