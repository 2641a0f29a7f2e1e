import type { CDPSession, Page } from 'playwright-core'
import { z } from 'zod'

/** Collects what Chromium itself tells of a page: its events, its long tasks, and its frames while `frames` is on. */
export const METERS = `(() => {
  const meters = { events: [], tasks: [], frames: [], painted: 0, moved: 0 }
  globalThis.meters = meters
  const hear = (type, take, more) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more })
  hear('event', ({ interactionId, duration }) => interactionId > 0 && meters.events.push(duration), { durationThreshold: 16 })
  hear('longtask', ({ duration }) => meters.tasks.push(duration))
  hear('largest-contentful-paint', ({ startTime }) => (meters.painted = startTime))
  hear('layout-shift', ({ value, hadRecentInput }) => (meters.moved += hadRecentInput ? 0 : value))
  const total = () => document.querySelector('[data-testid=total]')?.textContent ?? ''
  meters.ready = () => Number(total().split(' of ')[0].replaceAll(/\\D/g, ''))
  meters.until = (holds) => new Promise((done) => {
    const look = () => (holds() ? done() : requestAnimationFrame(look))
    look()
  })
  const isShown = () => / of [1-9]/.test(total())
  meters.seen = meters.until(isShown).then(() => performance.now())
  // The router hears of the new address as it does of a step back.
  meters.go = (path) => {
    const began = performance.now()
    history.pushState({}, '', path)
    dispatchEvent(new PopStateEvent('popstate'))
    return meters.until(isShown).then(() => performance.now() - began)
  }
  // The time of a sleep counts as one long task.
  meters.forget = () => void (meters.tasks.length = meters.events.length = 0)
  meters.countFrames = (ms) => new Promise((done) => {
    const began = performance.now()
    let last = began
    const frame = (now) => {
      meters.frames.push(now - last)
      last = now
      if (now - began < ms) requestAnimationFrame(frame)
      else done()
    }
    requestAnimationFrame(frame)
  })
})()`

const Meters = z.object({
  events: z.array(z.number()),
  tasks: z.array(z.number()),
  frames: z.array(z.number()),
})
export type Meters = z.infer<typeof Meters>

export async function readMeters(page: Page): Promise<Meters> {
  return Meters.parse(
    await page.evaluate('(({ events, tasks, frames }) => ({ events, tasks, frames }))(meters)'),
  )
}

const Paint = z.object({ painted_ms: z.number(), moved: z.number() })

/** When the largest part of the page was painted (LCP), and how much moved (CLS), from the start of the document until now. */
export async function readPaint(page: Page): Promise<z.infer<typeof Paint>> {
  return Paint.parse(await page.evaluate('({ painted_ms: meters.painted, moved: meters.moved })'))
}

export async function countElements(page: Page): Promise<number> {
  return z.number().parse(await page.evaluate(`document.querySelectorAll('*').length`))
}

const Usage = z.object({ usedSize: z.number() })

/** The bytes of the page's heap after all garbage was collected. */
export async function heapOf(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage')
  return Usage.parse(await devtools.send('Runtime.getHeapUsage')).usedSize
}
