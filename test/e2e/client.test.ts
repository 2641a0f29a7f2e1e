import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'

import { Uploaded } from '../../src/protocol/document.ts'
import { Application } from '../support/application.ts'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { FolderServer } from '../support/folder-server.ts'
import { tellSites } from '../support/own-sites.ts'
import { type Snippet, snippetsOf } from '../support/snippets.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { expectRight, Trial, TRIAL } from '../support/trial.ts'
import {
  examplePrograms,
  faultsOf,
  plainPrograms,
  reactPrograms,
  writePrograms,
} from '../support/typed-application.ts'
import { sampleCompanies, User } from '../support/user.ts'

const ROOT = join(import.meta.dirname, '../..')
const MODULES = join(ROOT, 'node_modules')
const TARBALL = join(ROOT, 'lib/runcast-0.1.0.tgz')
const WORKER = join(import.meta.dirname, '../support/worker-process.ts')
const INSTALLED = 'node_modules/runcast'

/** The examples in the documentation that no test has run yet. */
const written = new Set([
  ...snippetsOf('README.md', 'Watch a run'),
  ...snippetsOf('docs/CLIENT.md'),
  ...snippetsOf('src/client/README.md'),
])

const application = new Application()
let server: FolderServer
let stack: Stack
let chromium: TestBrowser
let me: User

beforeAll(async () => {
  server = await FolderServer.start(application.folder)
  const [started, opened] = await Promise.all([
    startStack(),
    openBrowser(),
    application.sh(take(({ text }) => text.includes('npm install')).text),
  ])
  stack = started
  chromium = opened
  me = await User.of(stack, 'me')
})

afterAll(async () => {
  await chromium?.close()
  await stack?.close()
  await server?.close()
  application.remove()
})

/** Takes the only snippet that `isMeant` accepts, and notes that a test runs it. */
function take(isMeant: (snippet: Snippet) => boolean): Snippet {
  const [found, ...others] = [...written].filter(isMeant)
  if (!found || others.length > 0) throw new Error('there is not exactly one such snippet')
  written.delete(found)
  return found
}

const named = (file: string) => take((snippet) => snippet.file === file)

/** Returns the snippet's text with this stack's ports in place of those of `npm start`. */
function here({ text }: Snippet): string {
  return text
    .replaceAll('http://127.0.0.1:8787', stack.origin)
    .replaceAll('localhost:8787', new URL(stack.origin).host)
    .replaceAll('http://127.0.0.1:8788', stack.sites)
}

function write(snippet: Snippet): void {
  application.write(snippet.file ?? '', here(snippet))
}

/** Opens a page of the application. `errors` collects the page's errors. */
async function open(path: string): Promise<{ page: Page; errors: string[] }> {
  onTestFailed(() => void process.stderr.write(stack.output))
  const page = await (await chromium.context()).newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (said) => said.type() === 'error' && errors.push(said.text()))
  await page.goto(`${server.origin}/${path}`)
  return { page, errors }
}

test('the tarball holds only the package, and its installation installs nothing else', async () => {
  expect(readdirSync(join(application.folder, 'node_modules'))).toEqual([
    '.package-lock.json',
    'runcast',
  ])
  const options = { recursive: true, encoding: 'utf8' } as const
  const files = readdirSync(join(application.folder, INSTALLED), options)
  expect(files.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    'LICENSE',
    'README.md',
    'dist',
    'dist/index.d.ts',
    'dist/index.js',
    'dist/index.js.map',
    'dist/react.d.ts',
    'dist/react.js',
    'dist/react.js.map',
    'package.json',
  ])
  const license = readFileSync(join(application.folder, INSTALLED, 'LICENSE'), 'utf8')
  expect(license).toMatch(
    /^MIT License[^]+eventsource-parser[^]+MIT License[^]+use-sync-external-store[^]+MIT License/,
  )
})

test('publint and @arethetypeswrong/cli report nothing', async () => {
  const publint = join(MODULES, 'publint/src/cli.js')
  expect(await application.node(publint, TARBALL, '--strict')).toContain('All good!')
  const attw = join(MODULES, '@arethetypeswrong/cli/dist/index.js')
  // The package has no CommonJS, and TypeScript before 4.7 does not read `exports`.
  expect(await application.node(attw, TARBALL, '--profile', 'esm-only')).toContain('runcast/react')
})

test('the package type-checks alone, with the DOM, Node or Workers, and its types match the schemas', async () => {
  writePrograms(application)
  expect(await faultsOf(application, plainPrograms)).toEqual([])
})

/** A module in which `trial()` runs the trial with the installed library. */
async function trialWith(rest: string): Promise<string> {
  return `import * as client from 'runcast'\nconst trial = () => (${TRIAL})(client, ${await given()})\n${rest}`
}

async function given(): Promise<string> {
  const companies = (await sampleCompanies(stack)).slice(0, 8)
  return JSON.stringify({ origin: stack.origin, token: me.token, companies })
}

async function inNode(): Promise<unknown> {
  application.write('trial.mjs', await trialWith('console.log(JSON.stringify(await trial()))'))
  process.stdout.write(`runcast is run by Node ${await application.sh('node --version')}`)
  // Node 20 has a WebSocket only with this flag.
  return JSON.parse(await application.sh('node --no-warnings --experimental-websocket trial.mjs'))
}

async function inWorkerd(): Promise<unknown> {
  const worker = 'export default { fetch: async () => Response.json(await trial()) }'
  application.write('worker.js', await trialWith(worker))
  return JSON.parse(await application.node(WORKER, 'worker.js'))
}

async function inPage(): Promise<unknown> {
  application.write('plain.html', '<!doctype html><link rel="icon" href="data:,">')
  const { page } = await open('plain.html')
  expect(server.origin).not.toBe(stack.origin)
  const file = `/${INSTALLED}/dist/index.js`
  return page.evaluate(`import('${file}').then((client) => (${TRIAL})(client, ${await given()}))`)
}

test.each([
  ['the Node of the machine', inNode],
  ['workerd', inWorkerd],
  ['a plain page of another origin, which loads one file,', inPage],
])('W-5, EV-6: the package follows a run in %s by each transport', async (_, run) => {
  onTestFailed(() => void process.stderr.write(stack.output))
  const trial = Trial.parse(await run())
  expect(trial.watches).toHaveLength(3)
  await expectRight(trial, me)
})

/** The examples that are files of the application. */
const EXAMPLES = [
  'own.ts',
  'App.tsx',
  'Document.tsx',
  'Runs.tsx',
  'watch.ts',
  'problems.ts',
  'refused.ts',
]

/** Sets the latency of the sample company's board. Waiting requests are answered at once. */
function answerIn(latency_ms: number): Promise<Response> {
  return tellSites({ origin: stack.sites }, { board: 'company-1', latency_ms })
}

test('a React application is built with Vite, and shows a run live', async () => {
  application.addReact()
  for (const file of EXAMPLES) write(named(file))
  application.write('main.tsx', MAIN)
  application.write('index.html', INDEX)
  expect(await faultsOf(application, reactPrograms)).toEqual([])
  expect(await faultsOf(application, examplePrograms)).toEqual([])
  await application.node(join(MODULES, 'vite/bin/vite.js'), 'build', '--base=./', '--logLevel=warn')

  await answerIn(8_000)
  const { page, errors } = await open('dist/index.html')
  await page.getByRole('button', { name: 'Start a run' }).click()
  await page.getByText('initializing: 0 of 0 done').waitFor()
  await page.getByText('live (stream)').waitFor()
  await answerIn(0)
  await page.getByText(/^finished: ([1-9]\d*) of \1 done$/).waitFor()
  await page.getByText('ended').waitFor()
  expect(errors).toEqual([])

  const shown = await open(`dist/index.html?document=${await upload()}`)
  await shown.page.getByRole('progressbar', { name: 'ready' }).waitFor()
  expect(shown.errors).toEqual([])
})

/** Vite's template for React. If the address names a document, the page shows it. */
const INDEX = '<!doctype html><div id="root"></div><script type="module" src="/main.tsx"></script>'
const MAIN = `
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RuncastProvider } from 'runcast/react'

import App from './App.tsx'
import { Document } from './Document.tsx'
import { origin } from './own.ts'
import { Runs } from './Runs.tsx'

const query = new URLSearchParams(location.search)
const document_id = query.get('document')
const shown = document_id ? (
  <RuncastProvider origin={origin} token={query.get('token') ?? ''}>
    <Document document_id={document_id} />
    <Runs />
  </RuncastProvider>
) : <App />
const root = document.querySelector('#root')
if (root) createRoot(root).render(<StrictMode>{shown}</StrictMode>)
`

/** Uploads a document. Returns its id and the user's token, as part of an address. */
async function upload(): Promise<string> {
  const form = new FormData()
  form.set('matter', 'A matter')
  form.append('file', new File(['The term of this agreement is two years.'], 'term.txt'))
  const headers = { authorization: `Bearer ${me.token}` }
  const sent = await fetch(`${stack.origin}/api/documents`, { method: 'POST', headers, body: form })
  const [document] = Uploaded.parse(await sent.json()).documents
  return `${document?.document_id}&token=${me.token}`
}

test('the examples for Node run', async () => {
  application.write(
    'watch.mjs',
    here(take(({ text }) => text.includes('for await') && text.includes('const token = async'))),
  )
  expect(await application.sh('node watch.mjs')).toMatch(/\nended finished 50\n$/)

  expect(await application.node('watch.ts')).toMatch(/\nended finished [^]+ total: \d+/)
  expect(await application.node('refused.ts')).toMatch(/^422 /)
  expect(await application.node('problems.ts')).toMatch(
    /^finished with problems \[ \{ group: 'lost', code: '\w+' \} \]\n$/,
  )
})

test('the example of the package runs', async () => {
  const [acme] = await sampleCompanies(stack)
  await me.post('/api/companies', { ...acme, slug: 'acme' })
  const example = take(({ text }) => text.includes(ELSEWHERE))
  const own = example.text.replace(ELSEWHERE, stack.origin).replace('a token of yours', me.token)
  application.write('package.mjs', own)
  expect(await application.sh('node package.mjs')).toMatch(/\nended finished 50\n$/)
})

const ELSEWHERE = 'https://runcast.example.com'

test('the example of a page without a build shows a run', async () => {
  write(named('page.html'))
  const { page, errors } = await open('page.html')
  await page.getByText(/^finished, [1-9]\d* postings$/).waitFor()
  expect(errors.filter((said) => !said.includes('favicon.ico'))).toEqual([])
})

test('EV-8: the example without a library shows a run', async () => {
  const [company] = await sampleCompanies(stack)
  const run_id = await me.start(company && [company])
  const page = await (await chromium.context()).newPage()
  await page.goto(stack.origin)
  const example = take(({ text }) => text.includes('new EventSource'))
  const seen: unknown = await page.evaluate(`new Promise((answer) => {
    const [runId, token] = ['${run_id}', '${me.token}']
    ${here(example)}
    const tell = () => stream.readyState === EventSource.CLOSED && answer({ status, jobs })
    stream.addEventListener('status', tell)
  })`)
  const jobs = await me.jobs(run_id)
  expect(jobs.length).toBeGreaterThan(10)
  const shown = jobs.map(({ external_id, title, status }) => [
    external_id,
    { external_id, title, status },
  ])
  expect(seen).toEqual({
    status: 'finished',
    jobs: { [company?.slug ?? '']: Object.fromEntries(shown) },
  })
})

test('the example for the shell shows a run, and one of its postings', async () => {
  const said = await application.sh(here(take(({ text }) => text.includes('curl -N'))))
  expect(said).toMatch(/^event: status\ndata: finished$/m)
  expect(said).toMatch(/^\{"postings":\[\{.*"company":"company-1"/m)
})

test('the tests have run every example', () => {
  expect([...written]).toEqual([])
})
