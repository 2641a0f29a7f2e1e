import type { TestProject } from 'vitest/node'

import { buildPage } from '../../scripts/start/page.ts'
import { buildWorker } from '../../scripts/worker/code.ts'
import { shareBrowser } from './browser.ts'
import { chaosWorker, handWorker } from './worker-code.ts'

/** Builds what several test files need, so that they do not build it at once, and starts the browser that they share. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [browser] = await Promise.all([shareBrowser(), buildWorker(), buildPage()])
  await Promise.all([buildWorker(handWorker), buildWorker(chaosWorker)])
  project.provide('browser', browser.wsEndpoint())
  return () => browser.close()
}
