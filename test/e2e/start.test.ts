import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest'

import { ProcessTree } from '../../bench/process-tree.ts'
import { asUsual } from '../support/processor-time.ts'
import { runStart, Stack } from '../support/stack.ts'

const SUPERVISOR = /^(?!sh ).*scripts\/start\.ts$/
const DATABASE = /^runcast-database/
const WORKERD = /workerd serve.*--inspector-addr/
/** How long a test waits for a process to come or to go. */
const AWAITED_MS = 60_000
/** The processor time of all processes until `npm start` is ready. The most that a start took is 5 s. */
const START_MAX_MS = 15_000

/**
 * The outcome of a refused start: one line that names the setting, an exit code other than 0, and no
 * process left.
 */
function refusalOf(name: string): object {
  const stderr: unknown = expect.stringMatching(new RegExp(`^runcast: ${name} .+: .+\\n$`))
  const stdout: unknown = expect.stringMatching(/^(Starting Runcast …\n)?$/)
  return { code: 1, stdout, stderr, left: [] }
}

describe('npm start', () => {
  const stack = new Stack({ by: 'npm' })

  afterAll(() => stack.close())

  /** Requests the user's runs, which Postgres has, and returns the status. Returns 0 if there is no answer. */
  async function statusOfRuns(token: string): Promise<number> {
    const headers = { authorization: `Bearer ${token}` }
    const asked = fetch(`${stack.origin}/api/runs`, { headers, signal: AbortSignal.timeout(2_000) })
    return asked.then(({ status }) => status).catch(() => 0)
  }

  test('is ready, with its page and its database', async () => {
    onTestFailed(() => void process.stderr.write(stack.output))
    await stack.start()
    const processes = new ProcessTree(stack.processes().map(({ pid }) => pid))
    expect(asUsual(processes.cpuSecondsOfAll() * 1_000)).toBeLessThan(START_MAX_MS)
    expect((await fetch(`${stack.origin}/api/health`)).status).toBe(200)
    expect(await (await fetch(`${stack.origin}/local.json`)).json()).toEqual({ sites: stack.sites })
    expect(stack.pidOf(DATABASE)).toBeGreaterThan(0)
  })

  test('every process ends by itself when the supervisor is killed', async () => {
    process.kill(stack.pidOf(SUPERVISOR), 'SIGKILL')
    await expect.poll(() => stack.processes(), { timeout: AWAITED_MS }).toEqual([])
  })

  test('after kill -9 of every process it starts again on the same data', async () => {
    await stack.start()
    const token = await stack.token('alice')
    const { origin } = stack
    await stack.killAll()

    await stack.start()
    expect(stack.origin).toBe(origin)
    expect(await statusOfRuns(token)).toBe(200)
  })

  test('a second one on the same data is refused with the reason', async () => {
    const second = await runStart({ PORT: '0', SITES_PORT: '0', RUNCAST_DATA: stack.data })
    expect(second.code).not.toBe(0)
    expect(second.stderr).toMatch(
      /^runcast: RUNCAST_DATA \S+ is in use by another npm start: .+\n$/,
    )
    expect((await fetch(`${stack.origin}/api/health`)).status).toBe(200)
  })

  test.each([
    ['the database', DATABASE, DATABASE],
    ['wrangler', /wrangler-dist\/cli\.js/, WORKERD],
    ['the process that starts wrangler', /^runcast-worker/, WORKERD],
    ['the workerd that takes requests', /workerd serve(?!.*--inspector-addr)/, WORKERD],
    ['the workerd that runs the Worker', WORKERD, WORKERD],
  ])('%s comes back after kill -9, and one line reports that', async (_, killed, renewed) => {
    onTestFailed(() => void process.stderr.write(stack.output))
    const token = await stack.token('alice')
    const before = stack.pidOf(renewed)
    const said = stack.output.length
    process.kill(stack.pidOf(killed), 'SIGKILL')

    await expect.poll(() => stack.pidOf(renewed), { timeout: AWAITED_MS }).not.toBe(before)
    await expect.poll(() => statusOfRuns(token), { timeout: AWAITED_MS }).toBe(200)
    const lines = stack.output.slice(said).match(/^runcast: .+$/gm)
    expect(lines).toEqual([
      expect.stringMatching(/^runcast: the (?:database|Worker) ended \(.+\) and is started again$/),
    ])
  })

  // The close of every other stack tests ^C, and reports the processes that are left.
  test('SIGTERM to the supervisor alone ends every process', async () => {
    process.kill(stack.pidOf(SUPERVISOR), 'SIGTERM')
    await expect.poll(() => stack.processes(), { timeout: AWAITED_MS }).toEqual([])
  })
})

describe('npm start refuses', () => {
  let folder: string
  let taken: Server
  let file: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'runcast-test-'))
    file = join(folder, 'file')
    writeFileSync(file, '')
    taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
  })

  afterAll(() => {
    taken.close()
    rmSync(folder, { recursive: true })
  })

  function start(name: string, value: string) {
    const data = join(folder, 'data')
    return runStart({ PORT: '0', SITES_PORT: '0', RUNCAST_DATA: data, [name]: value })
  }

  test.each(['PORT', 'SITES_PORT'])('a %s in use', async (name) => {
    const address = taken.address()
    if (address === null || typeof address === 'string') throw new Error('no port was given')
    expect(await start(name, String(address.port))).toEqual(refusalOf(name))
  })

  test('a data folder that cannot be written to', async () => {
    for (const place of [file, join(file, 'data')])
      expect(await start('RUNCAST_DATA', place)).toEqual(refusalOf('RUNCAST_DATA'))
  })

  test.each([
    ['PORT', 'many'],
    ['PORT', '65536'],
    ['DATABASE_URL', 'mysql://localhost/runcast'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://app.test, app.test'],
    ['RUNCAST_EGRESS_ALLOW', 'https://jobs.test/path'],
    ['RUNCAST_SETTINGS', '{"tick_ms":'],
    ['RUNCAST_SETTINGS', '{"tick_ms": "soon"}'],
    ['RUNCAST_SETTINGS', '{"tock_ms": 50}'],
    ['RUNCAST_SETTINGS', '{"lease_ms": 1000, "renew_ms": 900}'],
  ])('%s=%s', async (name, value) => {
    expect(await start(name, value)).toEqual(refusalOf(name))
  })
})

const postgres = process.env['TEST_DATABASE_URL']

describe.skipIf(postgres === undefined)('npm start with a DATABASE_URL', () => {
  const stack = new Stack({ env: { DATABASE_URL: postgres ?? '' }, by: 'npm' })

  afterAll(() => stack.close())

  test('uses that Postgres and starts no database', async () => {
    await stack.start()
    expect((await fetch(`${stack.origin}/api/health`)).status).toBe(200)
    expect(stack.processes().filter(({ command }) => DATABASE.test(command))).toEqual([])
  })
})
