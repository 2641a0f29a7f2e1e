import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { writeWorkerEnvironment } from '../start/worker-environment.ts'

/** Makes the data folder for a Worker alone: it has no page, no Postgres, and may fetch nothing. */
export function layOutAlone(data: string, settings: object = {}): void {
  layOutEmptyPage(data)
  writeWorkerEnvironment(data, {
    DATABASE_URL: 'postgresql://nobody:nothing@unset.invalid/none',
    NEON_ENDPOINT: 'http://127.0.0.1:9/sql',
    EGRESS_ALLOW: '',
    SETTINGS: JSON.stringify(settings),
    // Tests make the runs directly, under ids that nobody has signed.
    RUN_SECRET: 'unkeyed',
  })
}

/** Makes an empty page, because wrangler needs one. */
export function layOutEmptyPage(data: string): void {
  mkdirSync(join(data, 'page'), { recursive: true })
  writeFileSync(join(data, 'page', 'index.html'), '')
}
