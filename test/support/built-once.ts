import { buildPage } from '../../scripts/start/page.ts'
import { buildWorker } from '../../scripts/worker/code.ts'
import { keepBrowser } from './browser.ts'
import { chaosWorker, handWorker } from './worker-code.ts'

/** Builds what several test files need, so that they do not build it at once. */
export default async function setup(): Promise<void> {
  await Promise.all([buildWorker(), buildPage(), keepBrowser()])
  await Promise.all([buildWorker(handWorker), buildWorker(chaosWorker)])
}
