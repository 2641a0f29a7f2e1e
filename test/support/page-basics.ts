import type { Page } from 'playwright-core'
import { z } from 'zod'

/** Parts of a page that moved without a press or a key before, in shares of the window. Stands in every document from its start. */
export const NOTE_SHIFTS = `
  window.shifts = []
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries())
      if (!hadRecentInput)
        window.shifts.push({ value, moved: sources.map(({ node }) => node?.outerHTML?.slice(0, 120)) })
  }).observe({ type: 'layout-shift', buffered: true })`

/** A good page moves less (https://web.dev/articles/cls). */
const SHIFT_MAX = 0.1
const MOVED = 'parts moved by'

const CHECK = `(() => {
  const viewport = document.querySelector('meta[name=viewport]')?.content ?? 'none'
  const unsized = [...document.images].filter((one) => !one.getAttribute('width') || !one.getAttribute('height'))
  const shift = window.shifts.reduce((sum, { value }) => sum + value, 0)
  return [
    document.title === '' ? 'the document has no title' : '',
    document.documentElement.lang === '' ? 'the document has no language' : '',
    /width=device-width/.test(viewport) && !/maximum-scale|user-scalable/.test(viewport) ? '' : 'the viewport is ' + viewport,
    document.querySelectorAll('h1').length === 1 ? '' : 'there is not one h1',
    ...unsized.map((one) => 'a picture has no size: ' + one.outerHTML),
    shift < ${SHIFT_MAX} ? '' : '${MOVED} ' + shift.toFixed(3) + ': ' + JSON.stringify(window.shifts),
  ].filter(Boolean)
})()`

/**
 * Lists what a document lacks that every page has, and what moved while it loaded. `fails`: what the page asks for fails,
 * which the page says above what it has.
 */
export async function basicFaults(
  page: Page,
  { name, fails }: { readonly name: string; readonly fails: boolean },
): Promise<string[]> {
  const found = z.array(z.string()).parse(await page.evaluate(CHECK))
  return found
    .filter((fault) => !(fails && fault.startsWith(MOVED)))
    .map((fault) => `${name}: ${fault}`)
}
