import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'

import { afterEach, expect, test } from 'vitest'

import { createEgress } from '../../src/egress.ts'
import { EgressRefused } from '../../src/pipelines/egress-refused.ts'

const running: Server[] = []

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  running.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

afterEach(() => {
  for (const server of running.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

test('an allowed origin is reached, with the headers given', async () => {
  const origin = await serve((request, response) => response.end(request.headers.accept))
  const egress = createEgress({ allow: [`${origin}/`] })
  const response = await egress(`${origin}/a?b`, { headers: { accept: 'application/json' } })
  expect(await response.text()).toBe('application/json')
})

test.each([
  'http://127.0.0.1:1/',
  'http://localhost/',
  'http://169.254.169.254/latest/meta-data',
  'http://boards-api.greenhouse.io/v1/boards/a/jobs',
  'https://boards-api.greenhouse.io:8443/',
  'https://boards-api.greenhouse.io.example.com/',
  'https://user:secret@boards-api.greenhouse.io/',
  'file:///etc/passwd',
  'ftp://boards-api.greenhouse.io/',
  'data:text/plain,x',
  'boards-api.greenhouse.io',
  '',
])('%s may not be reached', async (address) => {
  const egress = createEgress({ allow: [] })
  await expect(egress(address, {})).rejects.toThrow(EgressRefused)
})

test.each(['*', 'example.com', 'file:///', 'https://example.com/path', ''])(
  'what is allowed is a list of origins, and "%s" is none',
  (entry) => {
    expect(() => createEgress({ allow: [entry] })).toThrow(/is not an origin/)
  },
)

test('a redirect is followed within what is allowed, and refused beyond', async () => {
  const inner = await serve((_, response) => response.end('inner'))
  const origin = await serve((request, response) => {
    const to = { '/a': '/b', '/out': inner, '/data': 'data:,x' }[request.url ?? '']
    if (to === undefined) return response.end('here')
    return response.writeHead(302, { location: to }).end('moved')
  })
  const egress = createEgress({ allow: [origin] })
  expect(await (await egress(`${origin}/a`, {})).text()).toBe('here')
  await expect(egress(`${origin}/out`, {})).rejects.toThrow(EgressRefused)
  await expect(egress(`${origin}/data`, {})).rejects.toThrow(EgressRefused)
})

test('five redirects are followed, not six', async () => {
  let asked = 0
  const origin = await serve((request, response) => {
    asked++
    const left = Number(request.url?.slice(1))
    if (left === 0) return response.end('there')
    return response.writeHead(307, { location: `/${left - 1}` }).end()
  })
  const egress = createEgress({ allow: [origin] })
  expect(await (await egress(`${origin}/5`, {})).text()).toBe('there')
  asked = 0
  await expect(egress(`${origin}/6`, {})).rejects.toThrow(EgressRefused)
  expect(asked).toBe(6)
})

test('a head that does not come in time ends the wait; a slow body does not', async () => {
  const origin = await serve((request, response) => {
    if (request.url === '/never') return
    response.write('first ')
    setTimeout(() => response.end('last'), 500)
  })
  const egress = createEgress({ allow: [origin], first_byte_ms: 300 })
  await expect(egress(`${origin}/never`, {})).rejects.toThrow(/did not answer within 300 ms/)
  expect(await (await egress(`${origin}/slow`, {})).text()).toBe('first last')
})

test('the caller’s signal ends a fetch that waits', async () => {
  const arrived = Promise.withResolvers<void>()
  const origin = await serve(() => arrived.resolve())
  const stop = new AbortController()
  const fetching = createEgress({ allow: [origin] })(origin, { signal: stop.signal })
  await arrived.promise
  stop.abort(new Error('the lease is lost'))
  await expect(fetching).rejects.toThrow('the lease is lost')
})
