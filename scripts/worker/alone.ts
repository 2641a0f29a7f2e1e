import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { writeWorkerEnvironment } from '../start/worker-environment.ts'

/** Lays out the data folder of a Worker that stands alone: no page, no Postgres, no way out. */
export function layOutAlone(data: string, settings: object = {}): void {
  layOutEmptyPage(data)
  writeWorkerEnvironment(data, {
    DATABASE_URL: 'postgresql://nobody:nothing@unset.invalid/none',
    NEON_ENDPOINT: 'http://127.0.0.1:9/sql',
    EGRESS_ALLOW: '',
    SETTINGS: JSON.stringify(settings),
    // Its runs are made by hand, under ids that nobody signed.
    RUN_SECRET: 'unkeyed',
  })
}

/** Wrangler wants a page, whether or not somebody looks at it. */
export function layOutEmptyPage(data: string): void {
  mkdirSync(join(data, 'page'), { recursive: true })
  writeFileSync(join(data, 'page', 'index.html'), '')
}
