import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Page } from 'playwright-core'
import { onTestFailed } from 'vitest'

import { violations } from './axe.ts'
import { openBrowser, type TestBrowser } from './browser.ts'

const WIDE = { width: 1100, height: 860 }
const NARROW = { width: 360, height: 740 }

/**
 * Pages of a stack in a real browser. Their pictures stay where a test failed, or where
 * RUNCAST_PICTURES names a folder for them.
 */
export class Screens {
  readonly #origin: string
  readonly #chromium: TestBrowser
  readonly #pictures: string
  readonly #errors: string[] = []
  #failed = false

  private constructor(origin: string, chromium: TestBrowser, pictures: string) {
    this.#origin = origin
    this.#chromium = chromium
    this.#pictures = pictures
  }

  static async open({ origin }: { readonly origin: string }): Promise<Screens> {
    const pictures = process.env['RUNCAST_PICTURES']
    if (pictures !== undefined) await mkdir(pictures, { recursive: true })
    const folder = pictures ?? (await mkdtemp(join(tmpdir(), 'runcast-pictures-')))
    return new Screens(origin, await openBrowser(), folder)
  }

  /** A page of a browser without a past. */
  async show(path: string): Promise<Page> {
    onTestFailed(() => {
      this.#failed = true
    })
    const context = await this.#chromium.browser.newContext({ viewport: WIDE })
    context.on('weberror', (error) => this.#errors.push(String(error.error())))
    const page = await context.newPage()
    await page.goto(`${this.#origin}${path}`)
    return page
  }

  /** Why the screen as it stands is not fit for everybody, wide and narrow; its pictures are kept. */
  async faults(page: Page, name: string): Promise<string[]> {
    const picture = (kind: string) => {
      const path = join(this.#pictures, `${name}${kind}.png`)
      return page.screenshot({ path, fullPage: true })
    }
    await picture('')
    const found = await violations(page)
    await page.setViewportSize(NARROW)
    await page.emulateMedia({ colorScheme: 'dark' })
    await picture('-narrow')
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize(WIDE)
    return width === NARROW.width
      ? found
      : [...found, `it is ${width} px wide where it must be 360`]
  }

  /** Closes what a test showed; throws what its pages threw. */
  async clear(): Promise<void> {
    await Promise.all(this.#chromium.browser.contexts().map((context) => context.close()))
    const errors = this.#errors.splice(0)
    if (errors.length > 0) throw new Error(`the page threw: ${errors.join('; ')}`)
  }

  async close(): Promise<void> {
    await this.#chromium.close()
    if (process.env['RUNCAST_PICTURES'] !== undefined) return
    if (this.#failed) process.stderr.write(`what the page looked like: ${this.#pictures}\n`)
    else await rm(this.#pictures, { recursive: true })
  }
}
