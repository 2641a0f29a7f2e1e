import { parseArgs } from 'node:util'

import { z } from 'zod'

import { endWithParent, tellParent } from './parent.ts'
import { startSites } from './sites/server.ts'
import { SiteSettings } from './sites/settings.ts'

const USAGE = `npm run sites -- [options]

  --port 8788         where to listen on 127.0.0.1; 0 takes a free port
  --companies 20      boards company-1 to company-20
  --postings 50       postings a board
  --content 1000      characters of text a posting
  --latency 0         milliseconds an answer waits; 200-3000 spreads it over the companies
  --kinds greenhouse  what the companies are, in turn: greenhouse, lever, ashby, site
  --faults 404,html   what is wrong with company-1, company-2, …; scripts/sites/fault.ts names all
  --seed 1            the same seed gives the same sites
  --new 0.1 --changed 0.1 --gone 0.1
                      shares of postings from one visit to the next; POST /control {"visit": 2}
`

const options = {
  port: { type: 'string', default: '8788' },
  companies: { type: 'string' },
  postings: { type: 'string' },
  content: { type: 'string' },
  latency: { type: 'string' },
  kinds: { type: 'string' },
  faults: { type: 'string' },
  seed: { type: 'string' },
  new: { type: 'string' },
  changed: { type: 'string' },
  gone: { type: 'string' },
  help: { type: 'boolean' },
} as const

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}

function latency(text: string | undefined): number | [number, number] | undefined {
  const spread = /^(\d+)-(\d+)$/.exec(text ?? '')
  return spread ? [Number(spread[1]), Number(spread[2])] : number(text)
}

function words(text: string | undefined): string[] | undefined {
  return text?.split(',').filter((word) => word !== '')
}

function readSettings(values: Record<string, string | undefined>): SiteSettings {
  return SiteSettings.parse({
    port: number(values['port']),
    companies: number(values['companies']),
    postings: number(values['postings']),
    content: number(values['content']),
    seed: number(values['seed']),
    latency_ms: latency(values['latency']),
    kinds: words(values['kinds']),
    faults: words(values['faults']),
    churn: {
      new: number(values['new']),
      changed: number(values['changed']),
      gone: number(values['gone']),
    },
  })
}

/** One line for a person, whatever it was. */
function explain(error: unknown): string {
  if (error instanceof z.ZodError) {
    return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  }
  return error instanceof Error ? error.message : String(error)
}

async function run(): Promise<void> {
  const { help, ...values } = parseArgs({ options }).values
  if (help) return console.log(USAGE)
  const sites = await startSites(readSettings(values))
  console.log(sites.origin)
  const end = () => void sites.close()
  if (process.connected) {
    endWithParent(end)
    tellParent({ ready: sites.origin })
  } else {
    process.once('SIGINT', end)
    process.once('SIGTERM', end)
  }
}

try {
  await run()
} catch (error) {
  console.error(`sites: ${explain(error)}`)
  process.exitCode = 1
}
