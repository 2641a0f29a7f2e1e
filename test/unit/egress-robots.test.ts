import { afterEach, describe, expect, test } from 'vitest'

import type { GuardSettings } from '../../src/egress/guarded-fetch.ts'
import { type Answers, closeServers, Hosts, polite, serve, to } from '../support/polite-world.ts'

const page = { kind: 'page' } as const

afterEach(closeServers)

/** Returns what a host is told of a robots.txt with this answer. */
async function learned(answer: Answers[string], settings: Partial<GuardSettings> = {}) {
  const hosts = new Hosts()
  hosts.script.set('acme.com', [{ kind: 'read_robots', ticket: 7 }])
  const elsewhere = await serve({ '/robots': (response) => response.end('elsewhere') })
  const servers = { 'acme.com': await serve({ '/robots.txt': answer }), 'other.com': elsewhere }
  const { text } = polite(servers, { ...settings, hosts })
  expect(await text('http://acme.com/jobs', page)).toBe('there')
  return { told: hosts.told, ...hosts.learned[0] }
}

describe('robots.txt', () => {
  test('that is missing has a status and no text', async () => {
    expect(await learned((response) => response.writeHead(404).end('<html>'))).toMatchObject({
      status: 404,
      text: null,
    })
  })

  test('without an answer has no status', async () => {
    const none = { status: null, text: null }
    expect(await learned((response) => response.destroy())).toMatchObject(none)
    expect(await learned(() => undefined, { first_byte_ms: 100 })).toMatchObject(none)
  })

  test('that redirects without a Location has the redirect’s status', async () => {
    const redirect = { status: 302, text: null }
    expect(await learned(to('http://10.0.0.1/'))).toMatchObject(redirect)
    expect(await learned(to('/robots.txt'))).toMatchObject(redirect)
  })

  test("is followed to another host, without that host's checks", async () => {
    const found = await learned(to('http://other.com/robots'))
    expect(found).toMatchObject({ status: 200, text: 'elsewhere' })
    expect(found.told.filter((word) => word.startsWith('other'))).toEqual([])
  })

  test('loses its byte order mark', async () => {
    expect(await learned((response) => response.end('\uFEFFUser-agent: *'))).toMatchObject({
      text: 'User-agent: *',
    })
  })

  test('that is too large is cut after a whole line, and its rest is not read', async () => {
    const line = 'Disallow: /private/é\n'
    const dropped = Promise.withResolvers<void>()
    const found = await learned((response) => {
      response.on('close', () => dropped.resolve())
      const more = () => {
        while (!response.destroyed && response.write(line.repeat(1000)));
      }
      response.on('drain', more)
      more()
    })
    await dropped.promise
    const text = found.text ?? ''
    expect(text).toBe(line.repeat(Math.floor((500 * 1024) / Buffer.byteLength(line))))
  })

  test('is read to its end even if the job that needed it was stopped', async () => {
    const stop = new AbortController()
    const why = new Error('the lease is lost')
    const hosts = new Hosts()
    hosts.script.set('acme.com', [{ kind: 'read_robots', ticket: 7 }])
    const acme = await serve({
      '/robots.txt': (response) => {
        stop.abort(why)
        response.end('User-agent: *')
      },
    })
    const { fetching } = polite({ 'acme.com': acme }, { hosts })
    const stopped = fetching('http://acme.com/jobs', { ...page, signal: stop.signal })
    await expect(stopped).rejects.toBe(why)
    expect(hosts.learned).toEqual([{ ticket: 7, status: 200, text: 'User-agent: *' }])
    expect(acme.asked).toEqual(['/robots.txt'])
    expect(hosts.left).toEqual([{ ticket: 1, status: null, retry_at: null, stopped: true }])
  })
})
