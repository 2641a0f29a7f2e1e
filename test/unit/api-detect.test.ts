import { expect, it } from 'vitest'

import { Detection } from '../../src/protocol/detection.ts'
import { createTestApi } from '../support/api.ts'

const path = '/api/companies/detect'

function failed(url: string): Detection {
  return { url, status: 'failed', reason: { code: 'address_invalid', message: 'None.' } }
}

async function linesOf(response: Response): Promise<Detection[]> {
  const lines = (await response.text()).split('\n')
  expect(lines.pop()).toBe('')
  return lines.map((line) => Detection.parse(JSON.parse(line)))
}

/** An API whose addresses are known one by one, when the test says so. */
function createSlowApi() {
  const open = new Map<string, { end: () => void; fail: (error: Error) => void }>()
  const signals: AbortSignal[] = []
  const api = createTestApi(() => ({
    detector: (signal) => (url) => {
      signals.push(signal)
      const { promise, resolve, reject } = Promise.withResolvers<Detection>()
      open.set(url, { end: () => resolve(failed(url)), fail: reject })
      return promise
    },
  }))
  return { api, open, signals }
}

it('answers a thousand addresses, each with a line', async () => {
  const api = createTestApi(() => ({ detector: () => (url) => Promise.resolve(failed(url)) }))
  const urls = Array.from({ length: 1_000 }, (_, n) => `https://a${n}.test`)
  const response = await api.post(path, { urls })
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'application/x-ndjson',
  ])
  expect((await linesOf(response)).map(({ url }) => url)).toEqual(urls)
})

it('sends each line as soon as it is known, and looks at no more than 16 addresses at once', async () => {
  const { api, open } = createSlowApi()
  const urls = Array.from({ length: 20 }, (_, n) => `u${n}`)
  const response = await api.post(path, { urls })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  await expect.poll(() => open.size).toBe(16)
  open.get('u7')?.end()
  const { value } = (await reader?.read()) ?? {}
  expect(JSON.parse(value ?? '')).toEqual(failed('u7'))
  await expect.poll(() => open.size).toBe(17)
  await reader?.cancel()
})

it('stops when its caller leaves', async () => {
  const { api, open, signals } = createSlowApi()
  const response = await api.post(path, { urls: ['a', 'b'] })
  await expect.poll(() => open.size).toBe(2)
  await response.body?.cancel()
  await expect.poll(() => signals.every(({ aborted }) => aborted)).toBe(true)
  expect(api.lines).toEqual([])
})

it('an address on which Runcast fails has a line too', async () => {
  const { api, open } = createSlowApi()
  const response = await api.post(path, { urls: ['a', 'b'] })
  await expect.poll(() => open.size).toBe(2)
  open.get('a')?.fail(new Error('broken'))
  open.get('b')?.end()
  expect(await linesOf(response)).toMatchObject([
    { url: 'a', status: 'failed', reason: { code: 'internal' } },
    failed('b'),
  ])
  expect(api.lines).toMatchObject([{ level: 'error' }])
})

it.each([
  ['no address', { urls: [] }, 'urls'],
  ['1,001 addresses', { urls: Array.from({ length: 1_001 }, () => 'a') }, 'urls'],
  ['nothing', {}, 'urls'],
  ['a text', { urls: 'a' }, 'urls'],
  ['a number', { urls: [1] }, 'urls.0'],
  ['more than is known', { urls: ['a'], write: true }, 'write'],
])('422 names the fault: %s', async (_case, body, field) => {
  const response = await createTestApi().post(path, body)
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({ errors: [{ path: field }] })
})
