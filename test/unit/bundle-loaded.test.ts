import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

import { BUILD_MS, deployed } from '../support/bundle.ts'
import { AUDIENCE, ISSUER, SECRET, signToken } from '../support/tokens.ts'

const folder = mkdtempSync(join(tmpdir(), 'runcast-loaded-'))

afterAll(() => rmSync(folder, { recursive: true }))

/** The limit of a paid plan. On a free plan it is 3 MB. */
const MOST_MB = 10

/** Libraries that only documents and crawled pages need. */
const HEAVY = /node_modules\/(unpdf|linkedom|@mozilla)\//

/** Replaces the platform's module, which Node does not have. */
const PLATFORM = 'data:text/javascript,export class DurableObject {}'

const Evaluated = z.array(z.string())
const Told = z.object({
  loaded: Evaluated,
  watched: Evaluated,
  status: z.int(),
  body: z.string(),
  read: Evaluated,
})

/**
 * Makes each lazily imported part of the bundle report when it runs. esbuild puts all code into one file,
 * and wraps each dynamic import into a function that runs once.
 */
function recorded(code: string): string {
  const begin = code.replace(
    'var __esm = (fn2, res, err2) => function __init() {',
    (all) => `globalThis.evaluated = [];\n${all} if (fn2) evaluated.push(Object.keys(fn2)[0]);`,
  )
  return `${begin.replaceAll('"cloudflare:workers"', JSON.stringify(PLATFORM))}
export { init_extract_pdf };`
}

/** A script that loads the Worker, watches a run, and at last reads a first PDF. */
function visitor(path: string, token: string): string {
  const env = {
    RUNCAST_ENV: 'local',
    AUTH_ISSUER: ISSUER,
    AUTH_AUDIENCE: AUDIENCE,
    AUTH_JWKS_URL: '',
    AUTH_SECRET: SECRET,
    CORS_ORIGINS: '',
    EGRESS_ALLOW: '',
    SETTINGS: '{}',
  }
  return `
import worker, { init_extract_pdf } from ${JSON.stringify(path)}
const loaded = [...evaluated]
const object = { fetch: async () => new Response('event: status\\ndata: pending\\n\\n') }
const queue = { send() {}, sendBatch() {} }
const queues = { INGESTION_QUEUE: queue, DOCUMENTS_QUEUE: queue, WORK_QUEUE: queue }
const env = { ...${JSON.stringify(env)}, ...queues, RUNS: { getByName: () => object } }
const headers = { authorization: 'Bearer ${token}' }
const request = new Request('https://runcast.test/api/runs/${'0'.repeat(32)}/stream', { headers })
const answer = await worker.fetch(request, env, { waitUntil() {} })
const body = await answer.text()
const watched = [...evaluated]
init_extract_pdf()
console.log(JSON.stringify({ loaded, watched, status: answer.status, body, read: evaluated }))`
}

describe('the deployed bundle', () => {
  let code = ''

  beforeAll(async () => {
    code = await deployed('')
  }, BUILD_MS)

  it('fits into the size that the platform allows', () => {
    expect(gzipSync(code).length).toBeLessThan(MOST_MB * 1_000_000)
  })

  it('does not run the PDF and page libraries before the first document', async () => {
    const path = join(folder, 'worker.mjs')
    writeFileSync(path, recorded(code))
    const program = visitor(path, await signToken())
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      program,
    ])
    const { loaded, watched, status, body, read } = Told.parse(JSON.parse(stdout))
    expect({ status, body }).toEqual({ status: 200, body: expect.stringContaining('pending') })
    expect(watched.filter((name) => HEAVY.test(name))).toEqual([])
    // The reports are complete: some code runs at once, and the library with its first document.
    expect(loaded).toContainEqual(expect.stringContaining('src/pipelines/documents/'))
    expect(read).toContain('node_modules/unpdf/dist/index.mjs')
    expect(code).toContain('"node_modules/unpdf/dist/pdfjs.mjs"()')
  })
})
