import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { chromium, type Browser, type LaunchOptions } from 'playwright-core'

const run = promisify(execFile)

// The npm package's own default arguments switch web security off: none of them is used.
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
  process.stdout.write(await chromium.executablePath())`

export type TestBrowser = { readonly browser: Browser; close(): Promise<void> }

/** A Chromium without a window: on Linux the one that npm brought, elsewhere the installed Chrome. */
export async function openBrowser(): Promise<TestBrowser> {
  if (process.platform !== 'linux') {
    const browser = await chromium.launch({ channel: 'chrome', args: ARGS })
    return { browser, close: () => browser.close() }
  }
  // A folder of its own: the package takes whatever an interrupted run left in the shared one.
  const folder = await mkdtemp(join(tmpdir(), 'runcast-browser-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const browser = await chromium.launch({ args: ARGS, ...(await unpack(folder)) })
    return { browser, close: () => closeAll(browser, remove) }
  } catch (error) {
    await remove()
    throw error
  }
}

async function closeAll(browser: Browser, remove: () => Promise<void>): Promise<void> {
  try {
    await browser.close()
  } finally {
    await remove()
  }
}

/** Unpacks in a child process, since the package knows no other folder than its TMPDIR. */
async function unpack(folder: string): Promise<LaunchOptions> {
  // The variable makes it unpack the system libraries of a bare machine too.
  const env = { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' }
  const args = ['--input-type=module', '--eval', UNPACK]
  const { stdout: executablePath } = await run(process.execPath, args, {
    cwd: import.meta.dirname,
    env,
  })
  return { executablePath, env: await browserEnv(folder, executablePath) }
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
