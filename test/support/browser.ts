import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type BrowserServer,
  chromium,
  type LaunchOptions,
} from 'playwright-core'

import { CACHE, keepBuilt } from '../../scripts/kept-build.ts'

const run = promisify(execFile)

// The npm package has arguments of its own that switch web security off, so none of them is used.
const ARGS = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
]

const UNPACK = `
  import chromium from '@sparticuz/chromium'
  await chromium.executablePath()`

const FOLDER = join(CACHE, 'runcast-chromium')

export type TestBrowser = {
  readonly browser: Browser
  /** Opens a context, as it were a browser of another person. */
  context(options?: BrowserContextOptions): Promise<BrowserContext>
  close(): Promise<void>
}

/** How long a test waits for what a page will show. Playwright's 30 s are too short on one busy core. */
const AWAITED_MS = 120_000

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the Chromium that the files of a project share takes connections. */
    browser?: string
  }
}

/**
 * Opens a Chromium without a window. Files of a project that shares one get a connection to it: their contexts are
 * their own. A file that needs more arguments gets a Chromium of its own.
 */
export async function openBrowser(more: readonly string[] = []): Promise<TestBrowser> {
  const { inject } = await import('vitest')
  const shared = inject('browser')
  const browser =
    shared === undefined || more.length > 0
      ? await chromium.launch(await optionsWith(more))
      : await chromium.connect(shared)
  const context = async (options?: BrowserContextOptions) => {
    const opened = await browser.newContext(options)
    opened.setDefaultTimeout(AWAITED_MS)
    return opened
  }
  return { browser, context, close: () => browser.close() }
}

/** Launches the Chromium that the files of a project share: each launch takes a second of processor time. */
export async function shareBrowser(): Promise<BrowserServer> {
  return chromium.launchServer(await optionsWith([]))
}

/** Chromium comes from the npm package on Linux. On other systems the installed Chrome serves. */
async function optionsWith(more: readonly string[]): Promise<LaunchOptions> {
  const args = [...ARGS, ...more]
  if (process.platform !== 'linux') return { channel: 'chrome', args }
  await keepBrowser()
  return { args, ...(await kept()) }
}

/** Unpacks the package's Chromium once for all tests, because that takes seconds. */
function keepBrowser(): Promise<void> {
  return keepBuilt({ folder: FOLDER, sources: ['package-lock.json'], build: unpack })
}

/** Unpacks in a child process, because the package always unpacks into its process's TMPDIR. */
async function unpack(folder: string): Promise<void> {
  // With this variable the package also unpacks the system libraries that a bare machine lacks.
  const env = { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' }
  const args = ['--input-type=module', '--eval', UNPACK]
  await run(process.execPath, args, { cwd: import.meta.dirname, env })
}

async function kept(): Promise<LaunchOptions> {
  const executablePath = join(FOLDER, 'chromium')
  return { executablePath, env: await browserEnv(FOLDER, executablePath) }
}

async function browserEnv(folder: string, executablePath: string): Promise<Record<string, string>> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined) env[name] = value
  if (!existsSync('/etc/fonts/fonts.conf')) env['FONTCONFIG_PATH'] = join(folder, 'fonts')
  if (await lacksLibraries(executablePath)) {
    const packed = join(folder, 'al2023', 'lib')
    const known = env['LD_LIBRARY_PATH']
    env['LD_LIBRARY_PATH'] = known === undefined ? packed : `${packed}:${known}`
  }
  return env
}

async function lacksLibraries(executablePath: string): Promise<boolean> {
  const { stdout } = await run('ldd', [executablePath])
  return stdout.includes('not found')
}
