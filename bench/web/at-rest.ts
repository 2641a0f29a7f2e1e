import type { CDPSession, Page } from 'playwright-core'
import { z } from 'zod'

const TABS = ['Overview', 'Postings', 'Timeline', 'Log'] as const
const SETTLED_MS = 1_000
const MEASURED_MS = 3_000

const Metrics = z.object({ metrics: z.array(z.object({ name: z.string(), value: z.number() })) })

/** The share of its time that the page's main thread works, from 0 to 1, while a person only looks at a part of the run. */
export type AtRest = Readonly<Record<(typeof TABS)[number], number>>

export async function measureAtRest(page: Page, devtools: CDPSession): Promise<AtRest> {
  await devtools.send('Performance.enable')
  const tabs = page.getByRole('navigation', { name: 'Parts of the run' })
  const shares: [string, number][] = []
  for (const name of TABS) {
    await tabs.getByRole('link', { name }).click()
    await pause(SETTLED_MS)
    const [busy, began] = [await busySeconds(devtools), performance.now()]
    await pause(MEASURED_MS)
    const seconds = (performance.now() - began) / 1_000
    shares.push([name, ((await busySeconds(devtools)) - busy) / seconds])
  }
  return z.record(z.enum(TABS), z.number()).parse(Object.fromEntries(shares))
}

async function busySeconds(devtools: CDPSession): Promise<number> {
  const { metrics } = Metrics.parse(await devtools.send('Performance.getMetrics'))
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms))
}
