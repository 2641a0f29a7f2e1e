import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'

import { Uploaded } from '../../src/protocol/document.ts'
import { Problem } from '../../src/protocol/problems.ts'
import { RunStarted, WatchToken } from '../../src/protocol/run.ts'
import { createTestApi } from '../support/api.ts'
import {
  company,
  goodRequests,
  type GoodRequest,
  ingestion,
  NEW,
} from '../support/good-requests.ts'
import {
  countTexts,
  hostileText,
  inAddress,
  inHeader,
  type Json,
  replaceTexts,
  WORST,
} from '../support/hostile-strings.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { databaseOf } from '../support/stored-jobs.ts'
import { User } from '../support/user.ts'

let stack: Stack
let me: User
/** Existing names for the parameters of paths. */
let ids: Readonly<Record<string, string>>

beforeAll(async () => {
  stack = await startStack()
  me = await User.of(stack, 'me')
  await me.post('/api/companies', company)
  const run_id = await abortedRun()
  const token = await me.post(`/api/runs/${run_id}/watch-tokens`)
  const { token_id } = WatchToken.parse(await token.json())
  const upload = new FormData()
  upload.append('matter', 'Smith')
  upload.append('files', new File(['The lease.'], 'a.txt'))
  const init = { method: 'POST', body: upload }
  const uploaded = Uploaded.parse(await (await me.get('/api/documents', {}, init)).json())
  const document_id = uploaded.documents[0]?.document_id ?? ''
  const { matter_id } = uploaded
  const acme = { slug: 'acme', company: 'acme', external_id: '1' }
  const { schedule_id } = await me.schedule()
  const { webhook_id } = await me.webhook()
  ids = { run_id, token_id, document_id, matter_id, schedule_id, webhook_id, ...acme }
})

afterAll(() => stack?.close())

/** Starts a run and aborts it. Its company cannot be read, so a quick machine may end the run before: then another one is. */
async function abortedRun(): Promise<string> {
  const started = await me.post('/api/runs', { pipeline: 'ingestion', input: ingestion })
  const { run_id } = RunStarted.parse(await started.json())
  const { status } = await me.post(`/api/runs/${run_id}/abort`)
  return status === 200 ? run_id : abortedRun()
}

/** The texts of a request that are replaced by hostile ones, and their encoding in an address. */
type Shot = {
  readonly hits: readonly { readonly at: number; readonly text: string }[]
  readonly form: 'utf8' | 'bytes' | 'bare'
}

/** The request as JSON, in which each text has a number. */
function requestOf(route: string, { query, headers, form, body, file }: GoodRequest) {
  const names = [...route.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  return {
    path: names.map((name) => ids[name] ?? ''),
    query: Object.values(query ?? {}),
    headers: Object.values(headers ?? {}),
    /** The client also chooses the names in a form and in JSON. */
    form: Object.entries(form ?? {}).flat(),
    body: body ?? null,
    file: file === undefined ? [] : [file],
  } satisfies Json
}

type Asked = ReturnType<typeof requestOf>

function strike(asked: Asked, { hits }: Shot): Asked {
  const by = new Map(hits.map(({ at, text: hit }) => [at, hit]))
  let at = 0
  const other = (one: string) => by.get(at++) ?? (one === NEW ? randomUUID() : one)
  return {
    path: asked.path.map(other),
    query: asked.query.map(other),
    headers: asked.headers.map(other),
    form: asked.form.map(other),
    file: asked.file.map(other),
    body: replaceTexts(asked.body, other),
  }
}

function countOf({ body, ...lists }: Asked): number {
  return Object.values(lists).flat().length + countTexts(body)
}

/** Encodes a form, a file or JSON as the request's body. */
async function contentOf(good: GoodRequest, { form, body, file }: Asked) {
  if (good.form !== undefined) {
    const [field = '', value = '', files = '', name = ''] = form
    const data = new FormData()
    data.append(field, value)
    data.append(files, new File(file, name))
    const written = new Response(data)
    const type = written.headers.get('content-type') ?? ''
    return { headers: { 'content-type': type }, body: Buffer.from(await written.arrayBuffer()) }
  }
  if (good.file !== undefined) return { headers: {}, body: Buffer.from(file.join('')) }
  if (good.body === undefined) return { headers: {}, body: undefined }
  const headers = { 'content-type': 'application/json' }
  return { headers, body: Buffer.from(JSON.stringify(body)) }
}

function addressOf(route: string, good: GoodRequest, { asked, form }: Struck): string {
  const values = [...asked.path]
  const [, template = ''] = route.split(' ')
  const path = template.replaceAll(/:\w+(?:\{.*?\})?/g, () => inAddress(values.shift() ?? '', form))
  const query = Object.keys(good.query ?? {}).map(
    (name, n) => `${name}=${inAddress(asked.query[n] ?? '', form)}`,
  )
  return `${path}?${query.join('&')}`
}

type Struck = Pick<Shot, 'form'> & { readonly asked: Asked }

function headersOf(good: GoodRequest, { headers }: Asked): Record<string, string> {
  const names = Object.keys(good.headers ?? {})
  return Object.fromEntries(names.map((name, n) => [name, inHeader(headers[n] ?? '')]))
}

/** Sends a request, and returns the status and the text of a problem. Leaves a stream at once. */
async function answerOf(route: string, good: GoodRequest, shot: Shot) {
  const asked = strike(requestOf(route, good), shot)
  const content = await contentOf(good, asked)
  const authorization = `Bearer ${me.token}`
  const { hostname, port } = new URL(stack.origin)
  const sent = request({
    hostname,
    port,
    agent: false,
    method: route.split(' ')[0],
    path: addressOf(route, good, { asked, form: shot.form }),
    headers: { authorization, ...headersOf(good, asked), ...content.headers },
  })
  sent.end(content.body)
  const answered = Promise.race([once(sent, 'response'), once(sent, 'upgrade')])
  const [answer]: IncomingMessage[] = await answered
  if (answer === undefined) throw new Error('no answer came')
  const { statusCode: status = 0, headers } = answer
  const said = headers['content-type'] === 'application/problem+json' ? await text(answer) : ''
  sent.destroy()
  return { status, said }
}

test('the requests cover every route of the API', () => {
  const known = createTestApi().routes.filter(({ method }) => method !== 'ALL')
  const all = new Set(known.map(({ method, path }) => `${method} ${path}`))
  expect(Object.keys(goodRequests).toSorted()).toEqual([...all].toSorted())
})

const NUM_RUNS = process.env['RUNCAST_LONG'] === undefined ? 8 : 300
const HITS = { minLength: 1, maxLength: 2 }

/** Returns what is wrong with the answer to a shot. Returns undefined if nothing is. */
async function faultOf(route: string, good: GoodRequest, shot: Shot): Promise<string | undefined> {
  const { status, said } = await answerOf(route, good, shot)
  if (status >= 500) return `${status} ${said}`
  if (said === '') return undefined
  const problem = Problem.parse(JSON.parse(said))
  return problem.status === status ? undefined : `${status} says of itself: ${said}`
}

test.each(Object.entries(goodRequests))(
  '%s never answers 500, whatever the strings are',
  async (route, good) => {
    const count = countOf(requestOf(route, good))
    for (let at = 0; at < count; at += 1) {
      const shots = WORST.map((hit): Shot => ({ hits: [{ at, text: hit }], form: 'utf8' }))
      const faults = await Promise.all(shots.map((shot) => faultOf(route, good, shot)))
      expect(faults).toEqual(WORST.map(() => undefined))
    }
    const hit = fc.record({ at: fc.nat(Math.max(0, count - 1)), text: hostileText })
    const shots = fc.record({
      hits: fc.array(hit, HITS),
      form: fc.constantFrom('utf8', 'bytes', 'bare'),
    })
    await fc.assert(
      fc.asyncProperty(shots, async (shot) => {
        expect(await faultOf(route, good, shot)).toBeUndefined()
      }),
      { numRuns: NUM_RUNS },
    )
    const { status, said } = await answerOf(route, good, { hits: [], form: 'utf8' })
    // The requests before may have made as many as an owner may have.
    const expected = new RegExp(`^(?:${good.status ?? 200} |409 .*/problems/too-many")`)
    expect(`${status} ${said}`).toMatch(expected)
  },
)

const Page = z.object({ next_cursor: z.string().nullable() })

test.each(['companies', 'runs', 'postings', 'matters', 'documents', 'search?q=lease'])(
  'every page of %s can be read after all of that',
  async (path) => {
    const where = `/api/${path}${path.includes('?') ? '&' : '?'}limit=50`
    for (let cursor: string | null = ''; cursor !== null;) {
      const answer = await me.get(where + (cursor === '' ? '' : `&cursor=${cursor}`))
      expect(answer.status).toBe(200)
      cursor = Page.parse(await answer.json()).next_cursor
    }
    expect(stack.output).not.toContain('a request failed')
  },
)

test('a damaged company in Postgres fails alone, in a preview and in a run', async () => {
  const companies = ['broken', 'whole']
  for (const slug of companies) await me.post('/api/companies', { ...company, slug })
  await databaseOf(stack).query(`UPDATE companies SET source = '5' WHERE slug = 'broken'`, [])
  const reason = {
    code: 'damaged',
    message: 'Runcast cannot read its record of the company broken. Store it anew, or delete it.',
  }
  const preview = await me.post('/api/companies/preview', { companies })
  expect(await preview.json()).toMatchObject({
    companies: [{ company: 'broken', status: 'failed', reason }, { company: 'whole' }],
  })
  const started = await me.post('/api/runs', { pipeline: 'ingestion', input: { companies } })
  const { run_id } = RunStarted.parse(await started.json())
  for (let done = false; !done;)
    ({ done } = Poll.parse(await (await me.get(`/api/runs/${run_id}/events?wait=25`)).json()))
  expect((await me.view(run_id)).groups).toMatchObject({
    broken: { status: 'failed', reason },
    whole: { status: 'failed', reason: { code: 'egress_refused' } },
  })
})

const Poll = z.object({ done: z.boolean() })
