import { execFile } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { z } from 'zod'

import { startRun, watchRun } from '../../src/client/client.ts'
import { PipelineList } from '../../src/protocol/pipelines.ts'
import { JobRecord } from '../../src/protocol/run.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { User } from '../support/user.ts'

const ROOT = join(import.meta.dirname, '../..')
const COPIED = ['src', 'web', 'scripts', 'samples', 'test/unit', 'test/support']
const SAMPLE = 'samples/pipelines/books'

/** A copy of the project, in which a newcomer follows docs/PIPELINES.md. */
class Copy {
  readonly root = mkdtempSync(join(tmpdir(), 'runcast-pipeline-'))

  constructor() {
    const files = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isFile())
    for (const { name } of files) cpSync(join(ROOT, name), join(this.root, name))
    for (const folder of COPIED)
      cpSync(join(ROOT, folder), join(this.root, folder), { recursive: true })
    // Kept builds belong to one checkout, so the copy has its own.
    const modules = join(this.root, 'node_modules')
    mkdirSync(modules)
    for (const name of readdirSync(join(ROOT, 'node_modules')).filter((one) => one !== '.cache'))
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
  }

  /** Runs the commands of docs/PIPELINES.md that add the sample. */
  async add(): Promise<void> {
    await this.run('sh', '-c', commandsOf('## All commands'))
  }

  async run(command: string, ...rest: string[]): Promise<void> {
    const PATH = `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`
    await execute(command, rest, { cwd: this.root, env: { ...process.env, PATH } })
  }

  /** Checks the types. A later check only looks at what has changed since the one before it. */
  compile(): Promise<void> {
    return this.run('tsc', '-p', 'tsconfig.json', '--incremental', '--tsBuildInfoFile', 'types')
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** Reads the shell commands of a section of docs/PIPELINES.md. */
function commandsOf(heading: string): string {
  const text = readFileSync(join(ROOT, 'docs/PIPELINES.md'), 'utf8')
  const section = text.slice(text.indexOf(heading))
  return /```sh\n(.*?)```/s.exec(section)?.[1] ?? ''
}

const execute = promisify(execFile)

const copy = new Copy()
let stack: Stack
let me: User

beforeAll(async () => {
  await copy.add()
  stack = await startStack({ root: copy.root })
  me = await User.of(stack, 'alice')
})

afterAll(async () => {
  await stack.close()
  copy.remove()
})

test('the sample pipeline is a folder and one line', () => {
  const before = readFileSync(join(ROOT, 'src/pipelines/registry.ts'), 'utf8')
  const after = readFileSync(join(copy.root, 'src/pipelines/registry.ts'), 'utf8')
  expect(after).toBe(`${before}export { books } from './books/books.ts'\n`)
  expect(readFileSync(join(copy.root, 'wrangler.toml'), 'utf8')).toBe(
    readFileSync(join(ROOT, 'wrangler.toml'), 'utf8'),
  )
})

test('the sample compiles, and its own test passes', async () => {
  await expect(copy.compile()).resolves.toBeUndefined()
  const tested = ['vitest', 'run', '--project', 'unit', 'test/unit/books.test.ts'] as const
  await expect(copy.run(...tested)).resolves.toBeUndefined()
})

test('an invalid pipeline does not compile', async () => {
  const file = join(copy.root, 'src/pipelines/registry.ts')
  const before = readFileSync(file, 'utf8')
  appendFileSync(file, "export { StoredMatter } from './documents/input.ts'\n")
  await expect(copy.compile()).rejects.toThrow('Command failed')
  writeFileSync(file, before)
})

test('a run of the sample is watched to its end, and its results are shown', async () => {
  onTestFailed(() => void process.stderr.write(stack.output))
  const { pipelines } = PipelineList.parse(await (await me.get('/api/pipelines')).json())
  expect(pipelines.find(({ name }) => name === 'books')).toMatchObject({
    nouns: { job: { one: 'chapter', many: 'chapters' } },
    steps: [{ step: 'counting' }],
    mendable: ['no_words'],
  })
  const chapters = [
    { title: 'Dawn', text: 'The sun rose and the birds sang.' },
    { title: 'Night', text: '…' },
  ]
  const options = { origin: stack.origin, token: () => stack.token('alice') }
  const input = { books: [{ title: 'A day', chapters }] }
  const { run_id } = await startRun({ pipeline: 'books', input }, options)
  let last: { status: string; snapshot?: unknown } = { status: 'pending' }
  for await (const { run } of watchRun(run_id, options)) last = run
  expect(last).toMatchObject({
    status: 'finished',
    snapshot: { total: 2, ready: 1, failed: 1, new: 0 },
  })
  const { jobs } = z
    .object({ jobs: z.array(z.unknown()) })
    .parse(await (await me.get(`/api/runs/${run_id}/jobs`)).json())
  expect(jobs).toMatchObject([
    { title: 'Dawn', status: 'ready', result: { words: 7, different: 7 } },
    { title: 'Night', status: 'failed', error: { code: 'no_words' } },
  ])
  const read = await me.get(`/api/runs/${run_id}/jobs/${encodeURIComponent('A day')}/1`)
  const job = JobRecord.parse(await read.json())
  expect(job).toMatchObject({ result: { words: 7 }, attempts: [{ attempt: 1, end: 'ready' }] })
  const lines = await (await me.get(`/api/runs/${run_id}/logs`)).text()
  expect(lines).toContain('1 of 2 chapters failed')
})

test('the sample can be removed as it was added', async () => {
  await copy.run('sh', '-c', commandsOf('## Take it out'))
  expect(readFileSync(join(copy.root, 'src/pipelines/registry.ts'), 'utf8')).toBe(
    readFileSync(join(ROOT, 'src/pipelines/registry.ts'), 'utf8'),
  )
  await copy.compile()
})

test("the sample in the documentation equals the sample's files", () => {
  const text = readFileSync(join(ROOT, 'docs/PIPELINES.md'), 'utf8')
  for (const name of ['books.ts', 'books.test.ts'])
    expect(text).toContain(readFileSync(join(ROOT, SAMPLE, name), 'utf8').trim())
})
