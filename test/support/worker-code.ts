import { join } from 'node:path'

const TEST = join(import.meta.dirname, '..')

/** The Worker with runs that are moved by hand. */
export const handWorker = { entry: join(TEST, 'worker/hand-worker.ts') }

/** The Worker that goes wrong as it is ordered: the flags of wrangler.toml, and what it needs for itself. */
export const chaosWorker = {
  entry: join(TEST, 'chaos/worker.ts'),
  flags: [
    'enable_request_signal',
    'global_fetch_strictly_public',
    'nodejs_als',
    'queue_consumer_no_wait_for_wait_until',
  ],
}
