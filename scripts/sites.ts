import type { z } from 'zod'

import { readCommandLine, refuse } from './command-line.ts'
import { endWithParent, tellParent } from './parent.ts'
import { startSites } from './sites/server.ts'
import { SiteSettings } from './sites/settings.ts'
import { explain } from './start/failure.ts'

const USAGE = `npm run sites -- [options]

  --port 8788         where to listen on 127.0.0.1; 0 takes a free port
  --companies 20      boards company-1 to company-20
  --postings 50       postings a board
  --content 1000      characters of text a posting
  --latency 0         milliseconds an answer waits; 200-3000 spreads it over the companies
  --kinds greenhouse  what the companies are, in turn; scripts/sites/kind.ts names all
  --faults 404,html   what is wrong with company-1, company-2, …; scripts/sites/fault.ts names all
  --seed 1            the same seed gives the same sites
  --new 0.1 --changed 0.1 --gone 0.1
                      shares of postings from one visit to the next; POST /control {"visit": 2}
  --help              this text
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
  const { data, error } = SiteSettings.safeParse({
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
  if (error) return refuse({ usage: USAGE }, describe(error))
  return data
}

function describe({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n')
}

async function run(): Promise<void> {
  const sites = await startSites(readSettings(readCommandLine({ usage: USAGE, options })))
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
