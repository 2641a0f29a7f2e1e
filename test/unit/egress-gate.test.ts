import { setTimeout as delay } from 'node:timers/promises'

import { afterEach, describe, expect, test, vi } from 'vitest'

import { createGate, Idle } from '../../src/gate.ts'
import { type Answers, closeServers, polite, serve } from '../support/polite-world.ts'

const page = { kind: 'page' } as const
const SLOW_MS = 300

afterEach(closeServers)

const slow: Answers[string] = async (response) => {
  await delay(SLOW_MS)
  response.end('at last')
}

/** A slow host behind a gate with one place. */
async function narrow(limits: { first_byte_ms: number; total_ms: number }) {
  const acme = await serve({ '/1': slow, '/2': slow, '/3': slow })
  return { acme, ...polite({ 'acme.com': acme }, { ...limits, gate: createGate(1) }) }
}

describe('a fetch that waits at the gate', () => {
  test.for([
    ['the head', { first_byte_ms: 2 * SLOW_MS, total_ms: 60_000 }],
    ['the whole fetch', { first_byte_ms: 60_000, total_ms: 2 * SLOW_MS }],
  ] as const)('waits before the time-out of %s starts', async ([, limits]) => {
    const { text } = await narrow(limits)
    const paths = ['/1', '/2', '/3']
    const read = await Promise.all(paths.map((path) => text(`http://acme.com${path}`, page)))
    expect(read).toEqual(['at last', 'at last', 'at last'])
  })

  test('asks the host only after the fetch before it has left', async () => {
    const { hosts, text } = await narrow({ first_byte_ms: 60_000, total_ms: 60_000 })
    await Promise.all(['/1', '/2'].map((path) => text(`http://acme.com${path}`, page)))
    expect(hosts.told).toEqual([
      'acme.com enter /1 robots+paced',
      'acme.com leave 1 200',
      'acme.com enter /2 robots+paced',
      'acme.com leave 2 200',
    ])
  })

  test('counts the time that it waited', async () => {
    const { text } = await narrow({ first_byte_ms: 60_000, total_ms: 60_000 })
    const idle = new Idle()
    const first = text('http://acme.com/1', page)
    const second = text('http://acme.com/2', { ...page, idle })
    await first
    expect(idle.ms).toBeGreaterThan(SLOW_MS / 2)
    const waited_ms = idle.ms
    await second
    expect(idle.ms).toBeLessThan(waited_ms + SLOW_MS)
  })

  test('is stopped without asking the host', async () => {
    const { acme, hosts, text } = await narrow({ first_byte_ms: 60_000, total_ms: 60_000 })
    const stop = new AbortController()
    const first = text('http://acme.com/1', page)
    const second = text('http://acme.com/2', { ...page, signal: stop.signal })
    stop.abort(new Error('it was stopped'))
    await expect(second).rejects.toThrow('it was stopped')
    expect(await first).toBe('at last')
    expect(await text('http://acme.com/3', page)).toBe('at last')
    expect(acme.asked).toEqual(['/1', '/3'])
    expect(hosts.told.filter((told) => told.includes('enter'))).toHaveLength(2)
  })
})

test('the fetch of robots.txt before a page takes no second place', async () => {
  const acme = await serve({ '/robots.txt': (response) => response.end('User-agent: *\n') })
  const { hosts, text } = polite({ 'acme.com': acme }, { gate: createGate(1) })
  hosts.script.set('acme.com', [{ kind: 'read_robots', ticket: 7 }])
  expect(await text('http://acme.com/jobs', page)).toBe('there')
  expect(acme.asked).toEqual(['/robots.txt', '/jobs'])
})

test('a fetch keeps its place until its body is read, also over redirects', async () => {
  const bodies = Promise.withResolvers<void>()
  const acme = await serve({
    '/1': (response) => response.writeHead(302, { location: '/body' }).end(),
    '/body': async (response) => {
      response.write('one ')
      await bodies.promise
      response.end('two')
    },
  })
  const { hosts, text } = polite({ 'acme.com': acme }, { gate: createGate(1) })
  const first = text('http://acme.com/1', page)
  const second = text('http://acme.com/2', page)
  await vi.waitFor(() => expect(acme.asked).toContain('/body'))
  expect(acme.asked).toEqual(['/1', '/body'])
  bodies.resolve()
  expect(await Promise.all([first, second])).toEqual(['one two', 'there'])
  expect(hosts.left).toHaveLength(3)
})
