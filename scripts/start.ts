import { readCommandLine } from './command-line.ts'
import { Ending } from './start/ending.ts'
import { explain } from './start/failure.ts'
import { readOptions } from './start/options.ts'

const USAGE = `npm start

Boots Runcast on this machine: the Worker in workerd, an embedded Postgres, sample career sites, and
the page. A further start uses the same data again. ^C ends it.

  --help                 this text

It is set up by the environment:

  PORT                   8787: the page and the API; 0 takes a free port
  SITES_PORT             8788: the sample career sites; 0 takes a free port
  RUNCAST_DATA           .runcast: the folder of all stored data
  DATABASE_URL           a Postgres or Neon in place of the embedded one
  CORS_ORIGINS           further origins whose pages may call, separated by commas
  RUNCAST_EGRESS_ALLOW   further origins that may be fetched, separated by commas
  RUNCAST_CONTACT        the address that requests to sites name: of a page or a mailbox
  RUNCAST_SETTINGS       {}: intervals and sizes, as JSON over the defaults of src/settings.ts
`

function report(line: string): void {
  console.error(`runcast: ${line}`)
}

async function start(): Promise<void> {
  const options = readOptions(process.env)
  // The options are read before the stack is imported, so that a wrong setting is reported at once.
  console.log('Starting Runcast …')
  const { Stack } = await import('./start/stack.ts')
  const stack = new Stack(options, report)
  const ending = new Ending(() => stack.close())
  try {
    const { api, sites } = await stack.start()
    console.log(`Runcast is ready.
  page    ${api}/
  health  ${api}/api/health
  sites   ${sites}/
  data    ${options.data}
End it with ^C.`)
  } catch (error) {
    if (!ending.begun) throw error
  }
}

readCommandLine({ usage: USAGE, options: {} })
try {
  await start()
} catch (error) {
  report(explain(error))
  process.exit(1)
}
