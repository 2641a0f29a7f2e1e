import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { BrowserContext, Page } from 'playwright-core'

import { violations } from './axe.ts'
import { openBrowser, type TestBrowser } from './browser.ts'

const HEIGHT = 860
const USUAL = { width: 1100, height: HEIGHT }
/** From a small phone to a desk. */
const WIDTHS = [320, 360, 768, 1280]

/** How Chromium's console begins where a request failed or was refused. */
const NOT_LOADED = 'Failed to load resource:'

const TELL_VIOLATIONS = `addEventListener('securitypolicyviolation', (event) =>
  console.error('securitypolicyviolation', event.effectiveDirective, event.blockedURI, event.sample))`

/** Taking one is work for a browser that has no graphics card: it is done for who wants to look. */
const WANTED = process.env['RUNCAST_PICTURES']

/**
 * Pages of a stack in a real browser. Where RUNCAST_PICTURES names a folder, it gets the pictures of all
 * that was shown, and otherwise what a failed test's pages looked like is kept.
 */
export class Screens {
  readonly #origin: string
  readonly #chromium: TestBrowser
  readonly #errors: string[] = []

  private constructor(origin: string, chromium: TestBrowser) {
    this.#origin = origin
    this.#chromium = chromium
  }

  static async open({ origin }: { readonly origin: string }): Promise<Screens> {
    return new Screens(origin, await openBrowser())
  }

  /** A page of a browser without a past. */
  async show(path: string): Promise<Page> {
    const context = await this.#chromium.browser.newContext({ viewport: USUAL })
    await this.#listen(context)
    const page = await context.newPage()
    await page.goto(`${this.#origin}${path}`)
    return page
  }

  /** Takes down what goes wrong on any page of the context without being shown. */
  async #listen(context: BrowserContext): Promise<void> {
    context.on('weberror', (error) => this.#errors.push(String(error.error())))
    context.on('console', (message) => {
      const text = message.text()
      // The tests themselves look at what a request was answered, and cut some of them off.
      if (message.type() === 'error' && !text.startsWith(NOT_LOADED)) this.#errors.push(text)
    })
    await context.addInitScript(TELL_VIOLATIONS)
  }

  /** Why the screen as it stands is not fit for everybody, however wide, in light and in dark. */
  async faults(page: Page, name: string): Promise<string[]> {
    const found = await violations(page)
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: HEIGHT })
      const needed = await page.evaluate(() => document.documentElement.scrollWidth)
      if (needed > width)
        found.push(`it is ${needed} px wide where it must be ${width}: ${await widest(page)}`)
      if (WANTED !== undefined) await takePictures(page, join(WANTED, `${name}-${width}`))
    }
    await page.setViewportSize(USUAL)
    return found
  }

  /** Closes what a test showed, and keeps how it looked if that failed; throws what went wrong on its pages. */
  async clear(failed: boolean): Promise<void> {
    const contexts = this.#chromium.browser.contexts()
    if (failed) await keepPictures(contexts.flatMap((context) => context.pages()))
    await Promise.all(contexts.map((context) => context.close()))
    const errors = this.#errors.splice(0)
    if (errors.length > 0) throw new Error(`the page went wrong: ${errors.join('; ')}`)
  }

  close(): Promise<void> {
    return this.#chromium.close()
  }
}

async function keepPictures(pages: readonly Page[]): Promise<void> {
  const folder = WANTED ?? (await mkdtemp(join(tmpdir(), 'runcast-pictures-')))
  for (const [at, page] of pages.entries())
    await takePicture(page, join(folder, `failed-${at}.png`))
  process.stderr.write(`what the pages looked like: ${folder}\n`)
}

/** The innermost element that reaches furthest to the right. */
function widest(page: Page): Promise<string> {
  return page.evaluate(() => {
    const all = [...document.body.querySelectorAll('*')].map((element) => {
      return { element, edge: element.getBoundingClientRect().right }
    })
    const [first] = all.toReversed().toSorted((one, other) => other.edge - one.edge)
    return first?.element.outerHTML.slice(0, 200) ?? ''
  })
}

async function takePictures(page: Page, path: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await takePicture(page, `${path}-${colorScheme}.png`)
  }
}

async function takePicture(page: Page, path: string): Promise<void> {
  await page.screenshot({ path, fullPage: true })
}
