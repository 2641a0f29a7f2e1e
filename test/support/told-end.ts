import type { Page } from 'playwright-core'

/**
 * Notes what the page asks Chromium to show, as soon as Chromium has answered, and lets the page count as one in the
 * background. A Chromium without a window grants the permission and shows nothing: it answers with `error` (decision 0031).
 */
const LISTEN = `(() => {
  const Shown = globalThis.Notification
  let answer
  globalThis.answered = new Promise((resolve) => (answer = resolve))
  globalThis.told = []
  globalThis.Notification = class extends Shown {
    constructor(title, options) {
      super(title, options)
      told.push([title, options.body])
      for (const event of ['show', 'error']) this.addEventListener(event, answer)
    }
  }
  Object.defineProperty(document, 'hidden', { get: () => true })
})()`

/** Has the browser tell of the end of the shown run. */
export async function askToBeTold(page: Page): Promise<void> {
  await page.context().grantPermissions(['notifications'])
  await page.getByRole('button', { name: 'Tell me of the end' }).click()
  await page.getByRole('button', { name: 'Tell me of the end', pressed: true }).waitFor()
  await page.evaluate(LISTEN)
}

/** The title and the text of each notification that Chromium was asked for. */
export async function toldEnd(page: Page): Promise<unknown> {
  await page.evaluate('answered.then(() => undefined)')
  return page.evaluate('told')
}
