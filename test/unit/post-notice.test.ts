import { Webhook } from 'standardwebhooks'
import { expect, it, vi } from 'vitest'

import { noticePoster, targetFault } from '../../src/egress/post-notice.ts'

const secrets = ['whsec_bmV3', 'whsec_MTIzNDU2']

function posted(answer: () => Promise<Response>, url = 'https://hooks.example.com/') {
  const fetched = vi.spyOn(globalThis, 'fetch').mockImplementation(answer)
  const post = noticePoster({ allow: [] })
  const body = '{"type":"run.error"}'
  return { fetched, tried: post({ url, secrets, notice_id: 'n', at: Date.now(), body }) }
}

it('NOTE-4: each secret that is valid verifies the notice', async () => {
  const { fetched, tried } = posted(() => Promise.resolve(new Response('ok')))
  expect(await tried).toEqual({ status: 200 })
  const [, init] = fetched.mock.calls[0] ?? []
  const headers = Object.fromEntries(new Headers(init?.headers))
  expect(headers['content-type']).toBe('application/json')
  const body = typeof init?.body === 'string' ? init.body : ''
  for (const secret of secrets)
    expect(new Webhook(secret).verify(body, headers)).toEqual({ type: 'run.error' })
  fetched.mockRestore()
})

it('NOTE-5: a redirect is not followed', async () => {
  const away = new Response(null, { status: 307, headers: { location: 'http://127.0.0.1/' } })
  const { fetched, tried } = posted(() => Promise.resolve(away))
  expect(await tried).toEqual({ status: 307 })
  expect(fetched).toHaveBeenCalledTimes(1)
  fetched.mockRestore()
})

it('NOTE-5: the guard of all requests also guards a stored address', async () => {
  const { fetched, tried } = posted(() => Promise.resolve(new Response()), 'https://127.0.0.1/')
  expect(await tried).toMatchObject({ status: null })
  expect(fetched).not.toHaveBeenCalled()
  fetched.mockRestore()
})

it.each([
  ['http://hooks.example.com/', 'Only https'],
  ['https://127.0.0.1/', ''],
  ['https://localhost/', ''],
  ['https://hooks.example.com:8443/', 'port'],
  ['ftp://hooks.example.com/', 'Only http'],
  ['nonsense', 'not a URL'],
])('NOTE-5: no endpoint has the address %s', (url, why) => {
  expect(targetFault(url, [])).toContain(why)
})

it('an allowed origin of this machine may be an endpoint', () => {
  expect(targetFault('http://127.0.0.1:8788/hook', ['http://127.0.0.1:8788'])).toBeUndefined()
  expect(targetFault('https://hooks.example.com/', [])).toBeUndefined()
})
