import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { writeWorkerEnvironment } from '../../scripts/start/worker-environment.ts'

const variables = { DATABASE_URL: 'd', NEON_ENDPOINT: 'n', EGRESS_ALLOW: '', SETTINGS: '{}' }
const SECRETS = ['AUTH_SECRET', 'WATCH_SECRET', 'RUN_SECRET']
let data = ''

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'runcast-secret-'))
})
afterEach(() => {
  rmSync(data, { recursive: true })
})

function secretOf(name: string): string | undefined {
  const text = readFileSync(join(data, 'worker.env'), 'utf8')
  return new RegExp(`^${name}='([0-9a-f]{64})'$`, 'm').exec(text)?.[1]
}

it('a start makes each of its secrets once, and a different one for each use', () => {
  writeWorkerEnvironment(data, variables)
  const first = SECRETS.map(secretOf)
  expect(new Set([...first, undefined]).size).toBe(4)
  writeWorkerEnvironment(data, variables)
  expect(SECRETS.map(secretOf)).toEqual(first)
})

it.each(['secret', 'watch-secret', 'run-secret', 'worker.env'])(
  'only its owner can read %s',
  (file) => {
    writeWorkerEnvironment(data, variables)
    expect(statSync(join(data, file)).mode & 0o777).toBe(0o600)
  },
)
