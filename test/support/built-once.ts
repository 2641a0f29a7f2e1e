import { buildWorker } from '../../scripts/worker/code.ts'
import { keepBrowser } from './browser.ts'
import { chaosWorker, handWorker } from './worker-code.ts'

/** Whatever several test files would otherwise build at once, each for itself. */
export default async function setup(): Promise<void> {
  await Promise.all([buildWorker(), keepBrowser()])
  await Promise.all([buildWorker(handWorker), buildWorker(chaosWorker)])
}
