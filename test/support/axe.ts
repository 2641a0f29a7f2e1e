import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { z } from 'zod'

const Violations = z.array(
  z.object({
    id: z.string(),
    nodes: z.array(z.object({ target: z.unknown(), failureSummary: z.string().optional() })),
  }),
)

/** axe-core leaves the rule of the size of targets (WCAG 2.2, 2.5.8) out by default. */
const ALL = `{ rules: { 'target-size': { enabled: true } } }`

const SCHEMES = ['dark', 'light'] as const
export type Scheme = (typeof SCHEMES)[number]

/** Returns what axe-core finds wrong with the page as it is, in one colour scheme or in both. */
export async function violations(
  page: Page,
  schemes: readonly Scheme[] = SCHEMES,
): Promise<string[]> {
  // The page's Content-Security-Policy would refuse a script element.
  if (!(await page.evaluate(`'axe' in window`))) await page.evaluate(axe.source)
  const found: string[] = []
  for (const [n, colorScheme] of schemes.entries()) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // Nothing else depends on the second scheme.
    const rules = n > 0 ? `{ runOnly: ['color-contrast'] }` : ALL
    const run = `axe.run(${rules}).then((run) => run.violations)`
    const answer = Violations.parse(await page.evaluate(run))
    for (const { id, nodes } of answer)
      for (const { target, failureSummary } of nodes)
        found.push(`${colorScheme}: ${id} at ${JSON.stringify(target)}: ${failureSummary ?? ''}`)
  }
  return found
}
