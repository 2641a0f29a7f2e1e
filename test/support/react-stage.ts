import type { ServerResponse } from 'node:http'
import { join } from 'node:path'

import type { Page } from 'playwright-core'
import { build } from 'vite'
import { z } from 'zod'

import type { TestBrowser } from './browser.ts'
import { type Asked, WatchServer } from './watch-server.ts'

const ROOT = join(import.meta.dirname, '../..')

/** A script that counts the page's timers, so that a test sees whether the page leaves one. */
const COUNTED = `
  const pending = new Set()
  for (const [set, clear] of [['setTimeout', 'clearTimeout'], ['setInterval', 'clearInterval']]) {
    const [plainSet, plainClear] = [globalThis[set], globalThis[clear]]
    globalThis[set] = (ring, ms, ...rest) => {
      const id = plainSet(() => {
        if (set === 'setTimeout') pending.delete(id)
        ring(...rest)
      }, ms)
      pending.add(id)
      return id
    }
    globalThis[clear] = (id) => {
      pending.delete(id)
      plainClear(id)
    }
  }
  globalThis.timers = () => pending.size
`

/** Builds the page's script with React's development build, in which StrictMode renders twice. */
export async function bundleStage(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    mode: 'development',
    define: { 'process.env.NODE_ENV': '"development"' },
    build: {
      write: false,
      minify: false,
      lib: { entry: join(ROOT, 'test/page/stage.tsx'), formats: ['iife'], name: 'page' },
    },
  })
  const outputs = Array.isArray(built) ? built.flatMap(({ output }) => output) : []
  const [script] = outputs.flatMap((one) => (one.type === 'chunk' ? [one.code] : []))
  if (script === undefined) throw new Error('the stage has no script')
  return script
}

type Tell = (asked: Asked, answer: ServerResponse) => void

/** test/page/stage.tsx in a real browser, and the server of its run. */
export class ReactStage {
  readonly server: WatchServer
  readonly page: Page
  /** The errors of React and of the page. */
  readonly errors: string[] = []

  private constructor(server: WatchServer, page: Page) {
    this.server = server
    this.page = page
    page.on('pageerror', (error) => this.errors.push(String(error)))
    page.on('console', (said) => {
      // The browser logs each refused request. Such a line is no error of the page.
      const own = said.text().startsWith('Failed to load resource')
      if (said.type() === 'error' && !own) this.errors.push(said.text())
    })
  }

  static async open(browser: TestBrowser, script: string, tell: Tell): Promise<ReactStage> {
    const server = await WatchServer.start({
      http(asked, answer) {
        if (asked.path === '/page') answer.setHeader('content-type', 'text/html').end(HTML)
        else if (asked.path === '/script') answer.end(`${COUNTED};${script}`)
        else tell(asked, answer)
      },
    })
    const page = await (await browser.context()).newPage()
    const stage = new ReactStage(server, page)
    await page.goto(`${server.origin}/page`)
    await server.until(() => server.open === 0)
    return stage
  }

  async show(scene: object): Promise<void> {
    await this.page.evaluate(`stage.show(${JSON.stringify(scene)})`)
  }

  async clear(): Promise<void> {
    await this.page.evaluate('stage.clear()')
  }

  /** Returns how often each part was rendered since the last call. */
  async renders(): Promise<Record<string, number>> {
    return z.record(z.string(), z.number()).parse(await this.page.evaluate('stage.renders()'))
  }

  /** Resolves when an element has this text. */
  async reads(id: string, text: string): Promise<void> {
    await this.page.locator(`#${id}`).getByText(text, { exact: true }).waitFor()
  }

  /** Resolves when the page has no timer set. */
  async isStill(): Promise<void> {
    await this.page.waitForFunction('timers() === 0')
  }

  /** The connections that were opened for the run. */
  get watches(): Asked[] {
    return this.server.asked.filter(({ transport }) => transport !== 'other')
  }

  async close(): Promise<void> {
    await this.page.close()
    await this.server.close()
  }
}

const HTML = '<!doctype html><link rel="icon" href="data:,"><body><script src="/script"></script>'
