import { unstable_startWorker } from 'wrangler'

import { QUIET } from '../../scripts/worker/bundle.ts'

/** Runs a Worker's module in workerd, bundled as `wrangler dev` does, and prints its answer. */
Object.assign(process.env, QUIET, { CLOUDFLARE_CF_FETCH_ENABLED: 'false' })
const [, , entrypoint = ''] = process.argv
const server = { hostname: '127.0.0.1', port: 0 }
const worker = await unstable_startWorker({
  name: 'application',
  entrypoint,
  compatibilityDate: '2026-11-01',
  dev: { server, inspector: false, logLevel: 'error', watch: false },
})
try {
  const answer = await worker.fetch('http://application/')
  process.stdout.write(await answer.text())
} finally {
  await worker.dispose()
}
