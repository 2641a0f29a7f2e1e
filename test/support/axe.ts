import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { z } from 'zod'

const Violations = z.array(
  z.object({
    id: z.string(),
    nodes: z.array(z.object({ target: z.unknown(), failureSummary: z.string().optional() })),
  }),
)

/**
 * Returns what axe-core finds wrong with the page as it is, in light and in dark colours. Only the colours are looked at
 * again in the second scheme, because nothing else depends on it.
 */
export async function violations(page: Page): Promise<string[]> {
  // The page's Content-Security-Policy would refuse a script element.
  await page.evaluate(axe.source)
  const found: string[] = []
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const rules = colorScheme === 'light' ? `{ runOnly: ['color-contrast'] }` : ''
    const run = `axe.run(${rules}).then((run) => run.violations)`
    const answer = Violations.parse(await page.evaluate(run))
    for (const { id, nodes } of answer)
      for (const { target, failureSummary } of nodes)
        found.push(`${colorScheme}: ${id} at ${JSON.stringify(target)}: ${failureSummary ?? ''}`)
  }
  return found
}
