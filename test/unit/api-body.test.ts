import { expect, it } from 'vitest'
import { z } from 'zod'

import { Problem } from '../../src/protocol/problems.ts'
import { createTestApi } from '../support/api.ts'

const json = { 'content-type': 'application/json' }

async function send(body: BodyInit | null, headers: HeadersInit = json) {
  const api = createTestApi()
  const response = await api.call('/api/runs', { method: 'POST', headers, body })
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(api.runs.size).toBe(0)
  expect(api.lines).toEqual([])
  return Problem.parse(await response.json())
}

it.each([
  ['no body', null, /empty/],
  ['an empty body', '', /empty/],
  ['half an object', '{"pipeline":', /end/i],
  ['a stray comma', '{"pipeline":"letters",}', /position 22/],
  ['two values', '{} {}', /position 3/],
  ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), /UTF-8/],
  ['UTF-8 cut short', new Uint8Array([0x22, 0xe2, 0x82]), /UTF-8/],
])('answers 400 with the fault of %s', async (_case, body, detail) => {
  const problem = await send(body)
  expect(problem).toMatchObject({ status: 400, type: '/problems/invalid-json' })
  expect(problem.detail).toMatch(detail)
})

it.each([
  ['text', { 'content-type': 'text/plain' }],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['a longer name', { 'content-type': 'application/jsonp' }],
  ['compressed', { ...json, 'content-encoding': 'gzip' }],
])('answers 415 to %s', async (_case, headers) => {
  expect(await send('{}', headers)).toMatchObject({ status: 415 })
})

it('accepts a content type with parameters, in any case', async () => {
  const headers = { 'content-type': 'Application/JSON; charset=UTF-8' }
  expect(await send('{}', headers)).toMatchObject({ status: 422 })
})

it('answers 413 to a declared size at once, without reading', async () => {
  let pulled = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulled += 1
        controller.enqueue(new Uint8Array(10))
      },
    },
    { highWaterMark: 0 },
  )
  const api = createTestApi(() => ({ environment: 'production' }))
  const headers = { ...json, 'content-length': '5000000' }
  const init = { method: 'POST', headers, body, duplex: 'half' }
  expect((await api.call('/api/runs', init)).status).toBe(413)
  expect(pulled).toBe(0)
})

it.each([undefined, '10'])(
  'answers 413 after counting, with the declaration %s, and reads no more',
  async (declared) => {
    let pulled = 0
    let cancelled = false
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1
        controller.enqueue(new Uint8Array(100_000).fill(0x20))
      },
      cancel() {
        cancelled = true
      },
    })
    const api = createTestApi(() => ({ environment: 'production' }))
    const headers = { ...json, ...(declared === undefined ? {} : { 'content-length': declared }) }
    const init = { method: 'POST', headers, body, duplex: 'half' }
    expect((await api.call('/api/runs', init)).status).toBe(413)
    expect(cancelled).toBe(true)
    expect(pulled).toBeLessThan(25)
  },
)

it.each([{}, { 'content-length': '5000000' }])(
  'without an edge in front, the rest of a refused body is read: %o',
  async (declared) => {
    let left = 50
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        left -= 1
        if (left < 0) controller.close()
        else controller.enqueue(new Uint8Array(100_000).fill(0x20))
      },
    })
    const api = createTestApi(() => ({ environment: 'local' }))
    const init = { method: 'POST', headers: { ...json, ...declared }, body, duplex: 'half' }
    expect((await api.call('/api/runs', init)).status).toBe(413)
    expect(left).toBe(-1)
  },
)

it('accepts 2,000,000 bytes and not one more', async () => {
  const full = '{}'.padEnd(2_000_000)
  expect(await send(full)).toMatchObject({ status: 422 })
  expect(await send(`${full} `)).toMatchObject({ status: 413 })
})

it('answers 400 to a body that breaks off', async () => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"pipeline"'))
      controller.error(new Error('the connection was lost'))
    },
  })
  const init = { method: 'POST', headers: json, body, duplex: 'half' }
  expect((await createTestApi().call('/api/runs', init)).status).toBe(400)
})

it.each([
  ['a list', '[]', ''],
  ['null', 'null', ''],
  ['no pipeline', '{"input":{}}', 'pipeline'],
  ['an unknown pipeline', '{"pipeline":"laundry","input":{}}', 'pipeline'],
  ['a pipeline of every object', '{"pipeline":"constructor","input":{}}', 'pipeline'],
  ['the pipeline __proto__', '{"pipeline":"__proto__","input":{}}', 'pipeline'],
  ['no input', '{"pipeline":"letters"}', 'input'],
  ['an empty list in it', '{"pipeline":"letters","input":{"letters":[]}}', 'input.letters'],
  ['a bad entry', '{"pipeline":"letters","input":{"letters":["a","z"]}}', 'input.letters.1'],
  ['more than is known', '{"pipeline":"letters","input":{},"extra":1}', 'extra'],
  ['an own __proto__', '{"pipeline":"letters","input":{},"__proto__":{}}', '__proto__'],
  [
    'more than is known in the input',
    '{"pipeline":"letters","input":{"letters":["a"],"x":1}}',
    'input.x',
  ],
])('answers 422 with the wrong field: %s', async (_case, body, path) => {
  const problem = await send(body)
  expect(problem).toMatchObject({ status: 422, type: '/problems/invalid-input' })
  expect(problem.errors?.map((error) => error.path)).toContain(path)
  expect(problem.detail).toContain(path)
})

it('lists the known pipelines', async () => {
  const problem = await send('{"pipeline":"laundry","input":{}}')
  expect(problem.errors?.[0]?.message).toContain('letters')
})

it('names the field in the branch of a union that the body chose', async () => {
  const Source = z.strictObject({ type: z.enum(['board']), board: z.string() })
  const Entry = z.union([z.string(), z.strictObject({ slug: z.string(), source: Source })])
  const api = createTestApi(({ pipelines: { letters } }) =>
    letters
      ? { pipelines: { letters: { ...letters, input: z.object({ companies: z.array(Entry) }) } } }
      : {},
  )
  const companies = ['a', { slug: 'b', source: { type: 'fax', board: 1, more: 1 } }, 3]
  const response = await api.post('/api/runs', { pipeline: 'letters', input: { companies } })
  const problem = Problem.parse(await response.json())
  expect(problem.errors?.map((error) => error.path)).toEqual([
    'input.companies.1.source.type',
    'input.companies.1.source.board',
    'input.companies.1.source.more',
    'input.companies.2',
  ])
})

it('lists at most twenty faults, and says how many there are', async () => {
  const letters = Array.from({ length: 500 }, () => 'z')
  const problem = await send(JSON.stringify({ pipeline: 'letters', input: { letters } }))
  expect(problem.errors).toHaveLength(20)
  expect(problem.detail).toContain('499 more')
})
