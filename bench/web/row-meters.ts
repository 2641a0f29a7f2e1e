import type { Page } from 'playwright-core'
import { z } from 'zod'

import type { PlayedRun } from './played-run.ts'

/**
 * Counts the rows of tables that React renders, as its developer tools do: React calls this hook with each commit, and marks
 * the components that it rendered (PerformedWork, 1). What has the same child as before was not looked at. Also counts the
 * rows whose elements changed. Stands in the document before React does, and counts nothing until `watch`: a set of rows would
 * keep those that the table has long thrown away.
 */
export const ROW_METERS = `(() => {
  const rows = { rendered: new Set(), changed: new Set(), isOn: false }
  globalThis.rows = rows
  const rowAbove = (fiber) => {
    for (let at = fiber; at; at = at.return) if (at.type === 'tr') return at.stateNode
  }
  const rowOf = (fiber) => (fiber.child?.type === 'tr' ? fiber.child.stateNode : rowAbove(fiber))
  const look = (fiber, before) => {
    if (fiber === before) return
    if (typeof fiber.type !== 'string' && (fiber.flags & 1) !== 0) {
      const row = rowOf(fiber)
      if (row) rows.rendered.add(row)
    }
    if (before && fiber.child === before.child) return
    for (let child = fiber.child; child; child = child.sibling) look(child, child.alternate)
  }
  globalThis.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
    supportsFiber: true,
    inject: () => 1,
    onCommitFiberUnmount() {},
    onPostCommitFiberRoot() {},
    onCommitFiberRoot: (_id, root) => rows.isOn && look(root.current, root.current.alternate),
  }
  rows.watch = () => {
    rows.isOn = true
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const row = (target.nodeType === 1 ? target : target.parentElement)?.closest('tr')
        if (row) rows.changed.add(row)
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
  }
  rows.forget = () => {
    rows.rendered.clear()
    rows.changed.clear()
  }
})()`

const Counted = z.object({ rendered: z.number(), changed: z.number() })

/** The most rows that one change of one row had rendered, and whose elements it changed. */
export type RowCounts = z.infer<typeof Counted>

const CHANGES = 15

/** Changes single jobs in sight, and counts the rows that each change touches. */
export async function countRows(page: Page, run: PlayedRun): Promise<RowCounts> {
  run.stop()
  const tabs = page.getByRole('navigation', { name: 'Parts of the run' })
  await tabs.getByRole('link', { name: 'Postings' }).click()
  const table = page.getByRole('table', { name: 'Postings' })
  await table.locator('tbody tr').nth(CHANGES).waitFor()
  await page.evaluate('rows.watch()')
  const most = { rendered: 0, changed: 0 }
  for (let n = 0; n < CHANGES; n += 1) {
    const row = table.locator('tbody tr').nth(n)
    const [external_id = ''] =
      /\d+/.exec((await row.locator('td').first().textContent()) ?? '') ?? []
    const before = await row.locator('td').nth(2).textContent()
    await page.evaluate('rows.forget()')
    run.changeOne(external_id)
    await row
      .locator('td')
      .nth(2)
      .getByText(before === 'crawling' ? 'extracting' : 'crawling')
      .waitFor()
    const counted = Counted.parse(
      await page.evaluate('({ rendered: rows.rendered.size, changed: rows.changed.size })'),
    )
    most.rendered = Math.max(most.rendered, counted.rendered)
    most.changed = Math.max(most.changed, counted.changed)
  }
  return most
}
