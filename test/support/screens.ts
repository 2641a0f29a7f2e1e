import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { BrowserContext, Page } from 'playwright-core'

import { type Scheme, violations } from './axe.ts'
import { openBrowser, type TestBrowser } from './browser.ts'
import { NOTE_SHIFTS } from './page-basics.ts'

const HEIGHT = 860
const USUAL = { width: 1100, height: HEIGHT }
/** The widths of screens from a small phone to a desktop. */
const WIDTHS = [320, 360, 768, 1280]
const long = process.env['RUNCAST_LONG'] !== undefined
const BOTH: readonly Scheme[] = ['dark', 'light']
type Layouts = readonly (readonly [width: number, schemes: readonly Scheme[]])[]
const STATE_LAYOUTS: Layouts = [[360, ['light']]]
/**
 * One width for each layout of the frame: a bar at the foot, icons at the side, and a rail. axe-core looks at both
 * schemes at each of them only if it is given the time.
 */
const LAYOUTS: Layouts = [
  [360, long ? BOTH : ['dark']],
  [768, long ? BOTH : []],
  [1280, long ? BOTH : ['light']],
]

/** The beginning of Chromium's console line about a failed or refused request. */
const NOT_LOADED = 'Failed to load resource:'

const TELL_VIOLATIONS = `addEventListener('securitypolicyviolation', (event) =>
  console.error('securitypolicyviolation', event.effectiveDirective, event.blockedURI, event.sample))`

/**
 * The folder for pictures. Taking pictures is slow without a graphics card, so only this variable turns it
 * on.
 */
const WANTED = process.env['RUNCAST_PICTURES']

/**
 * Pages of a stack in a real browser. If RUNCAST_PICTURES names a folder, all screens are pictured there.
 * Otherwise only the screens of failed tests are kept.
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

  /** Opens a page in a new browser context. */
  async show(path: string): Promise<Page> {
    const context = await this.#chromium.context({ viewport: USUAL })
    await this.#listen(context)
    const page = await context.newPage()
    await page.goto(`${this.#origin}${path}`)
    return page
  }

  /** Collects the errors of any page of the context that the page does not show. */
  async #listen(context: BrowserContext): Promise<void> {
    context.on('weberror', (error) => this.#errors.push(String(error.error())))
    context.on('console', (message) => {
      const text = message.text()
      // The tests look at the answers themselves, and cut some requests off, so these lines are left
      // out.
      if (message.type() === 'error' && !text.startsWith(NOT_LOADED)) this.#errors.push(text)
    })
    await context.addInitScript(TELL_VIOLATIONS)
    await context.addInitScript(NOTE_SHIFTS)
  }

  /** Lists why a screen is not fit for everybody, at every width, in light and in dark colours. */
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

  /** Lists why a screen is not fit, as `faults` does, and looks with axe-core at more than one width of its layout. */
  faultsEverywhere(page: Page, name: string): Promise<string[]> {
    return this.#faultsAt(page, name, LAYOUTS)
  }

  /** Lists why a screen is not fit, at one width and in one scheme: its parts are looked at elsewhere. */
  faultsOfState(page: Page, name: string): Promise<string[]> {
    return this.#faultsAt(page, name, STATE_LAYOUTS)
  }

  async #faultsAt(page: Page, name: string, layouts: Layouts): Promise<string[]> {
    const found: string[] = []
    for (const [width, schemes] of layouts) {
      await page.setViewportSize({ width, height: HEIGHT })
      const broken = schemes.length > 0 ? await violations(page, schemes) : []
      found.push(...broken.map((fault) => `${name} at ${width}: ${fault}`))
      const needed = await page.evaluate(() => document.documentElement.scrollWidth)
      if (needed > width)
        found.push(`${name} is ${needed} px wide where it must be ${width}: ${await widest(page)}`)
      if (WANTED !== undefined) await takePictures(page, join(WANTED, `${name}-${width}`))
    }
    await page.setViewportSize(USUAL)
    return found
  }

  /** Closes a test's pages. Keeps their pictures if the test failed. Throws if a page had an error. */
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

/** Names the innermost element that extends furthest to the right. */
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
