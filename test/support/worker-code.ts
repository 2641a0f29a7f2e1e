import { join } from 'node:path'

const TEST = join(import.meta.dirname, '..')

/** The Worker whose runs a test changes by calls. */
export const handWorker = { entry: join(TEST, 'worker/manual-worker.ts') }

/** The Worker with ordered faults. It has the flags of wrangler.toml, and those that it needs itself. */
export const chaosWorker = {
  entry: join(TEST, 'chaos/worker.ts'),
  flags: [
    'enable_request_signal',
    'global_fetch_strictly_public',
    'nodejs_als',
    'queue_consumer_no_wait_for_wait_until',
  ],
}
