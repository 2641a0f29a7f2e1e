import { fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { z } from 'zod'

import { endWithParent, tellParent } from '../parent.ts'
import { QUIET } from './bundle.ts'
import { killLeftovers, markOf } from './leftovers.ts'

// The most milliseconds that wrangler gets to end in good order.
const END_MS = 2_500

// wrangler prints this when a workerd has crashed. It runs two of them, and one takes the requests.
// wrangler starts that one again, but it does not answer any more. So all of them are killed.
const CRASHED = 'The Workers runtime crashed unexpectedly'

/** A message of wrangler to the process that forked it, as JSON text. */
const Told = z.object({ event: z.string(), port: z.int().optional() })

/** Keeps wrangler from looking anything up, reporting anything, and writing outside of the data folder. */
function environment(data: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...markOf(data),
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: 'true',
    ...QUIET,
    WRANGLER_REGISTRY_PATH: join(data, 'worker', 'registry'),
    X_LOCAL_EXPLORER: 'false',
    X_LOCAL_OBSERVABILITY: 'false',
  }
}

function wranglerArgs(data: string, port: string): string[] {
  return [
    'dev',
    '--env=local',
    `--env-file=${join(data, 'worker.env')}`,
    `--assets=${join(data, 'page')}`,
    `--persist-to=${join(data, 'worker')}`,
    '--ip=127.0.0.1',
    `--port=${port}`,
    '--inspector-port=0',
    '--show-interactive-dev-session=false',
    '--log-level=warn',
  ]
}

process.title = 'runcast-worker'
const [data = '', port = '0', ...code] = process.argv.slice(2)

killLeftovers(data)
const cli = createRequire(import.meta.url).resolve('wrangler')
const wrangler = fork(cli, [...wranglerArgs(data, port), ...code], {
  env: environment(data),
  execArgv: ['--no-warnings'],
  stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
})
for (const output of [wrangler.stdout, wrangler.stderr]) {
  output?.on('data', (text: Buffer) => {
    process.stderr.write(text)
    if (text.includes(CRASHED)) killLeftovers(data)
  })
}
wrangler.on('message', (message) => {
  const told = Told.parse(JSON.parse(z.string().parse(message)))
  if (told.event === 'DEV_SERVER_READY') tellParent({ ready: `http://127.0.0.1:${told.port}` })
})
wrangler.once('exit', () => {
  killLeftovers(data)
  process.exit(1)
})

async function end(): Promise<void> {
  wrangler.kill('SIGTERM')
  await delay(END_MS)
  killLeftovers(data)
}

endWithParent(() => void end())
process.once('SIGTERM', () => void end())
