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

/** Of a Worker in a paid plan; a free one takes 3 MB. */
const MOST_MB = 10

/** What only a document or a crawled page needs. */
const HEAVY = /node_modules\/(unpdf|linkedom|@mozilla)\//

/** In place of the platform's module, which Node has not. */
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
 * esbuild puts all into one file, and what is imported when it is needed into a function of its own
 * that runs once, the first time. Here each of them says that it runs.
 */
function recorded(code: string): string {
  const begin = code.replace(
    'var __esm = (fn2, res, err2) => function __init() {',
    (all) => `globalThis.evaluated = [];\n${all} if (fn2) evaluated.push(Object.keys(fn2)[0]);`,
  )
  return `${begin.replaceAll('"cloudflare:workers"', JSON.stringify(PLATFORM))}
export { init_extract_pdf };`
}

/** Loads the Worker, has a run watched, and at last does what the first PDF does. */
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
const env = { ...${JSON.stringify(env)}, RUNS: { getByName: () => object } }
const headers = { authorization: 'Bearer ${token}' }
const request = new Request('https://runcast.test/api/runs/${'0'.repeat(32)}/stream', { headers })
const answer = await worker.fetch(request, env, { waitUntil() {} })
const body = await answer.text()
const watched = [...evaluated]
init_extract_pdf()
console.log(JSON.stringify({ loaded, watched, status: answer.status, body, read: evaluated }))`
}

describe('what is deployed', () => {
  let code = ''

  beforeAll(async () => {
    code = await deployed('')
  }, BUILD_MS)

  it('is within the size that the platform takes', () => {
    expect(gzipSync(code).length).toBeLessThan(MOST_MB * 1_000_000)
  })

  it('runs nothing of the PDF and page libraries before the first document', async () => {
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
    // What is told is what runs: some of it at once, the library with its first reader.
    expect(loaded).toContainEqual(expect.stringContaining('src/pipelines/documents/'))
    expect(read).toContain('node_modules/unpdf/dist/index.mjs')
    expect(code).toContain('"node_modules/unpdf/dist/pdfjs.mjs"()')
  })
})
