import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { z } from 'zod'

import { readSettings } from '../../src/settings.ts'

const ROOT = join(import.meta.dirname, '../..')

/** The part of the environment `production` that limits depend on. */
const Configuration = z.object({
  limits: z.object({ cpu_ms: z.int() }),
  triggers: z.object({ crons: z.array(z.string()).default([]) }),
  queues: z.object({
    consumers: z.array(
      z.object({ queue: z.string(), max_batch_size: z.int(), max_retries: z.int() }),
    ),
  }),
})

/** A deployment with the settings' defaults, as wrangler.toml describes it. */
export async function readDeployment() {
  // Imported only here: wrangler takes a second of processor time, and `--help` needs none of it.
  const { unstable_readConfig } = await import('wrangler')
  const file = { config: join(ROOT, 'wrangler.toml'), env: 'production' }
  const { limits, triggers, queues } = Configuration.parse(
    unstable_readConfig(file, { hideWarnings: true }),
  )
  return { settings: readSettings('{}'), limits, triggers, consumers: queues.consumers }
}
export type Deployment = Awaited<ReturnType<typeof readDeployment>>

/** Reads a constant from the text of a module that only workerd can run: a number, or a product of numbers. */
export function constantIn(file: string, name: string): number {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const [, product] = new RegExp(`^(?:export )?const ${name} = ([\\d_* ]+)$`, 'm').exec(text) ?? []
  if (product === undefined) throw new Error(`${file} has no constant ${name}`)
  const factors = product.replaceAll('_', '').split('*').map(Number)
  return factors.reduce((all, factor) => all * factor, 1)
}
