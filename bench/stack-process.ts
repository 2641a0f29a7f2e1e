import { subscribe } from 'node:diagnostics_channel'
import { join } from 'node:path'

import { z } from 'zod'

import { endWithParent, tellParent } from '../scripts/parent.ts'
import { explain } from '../scripts/start/failure.ts'
import { readOptions } from '../scripts/start/options.ts'
import { Stack } from '../scripts/start/stack.ts'

// Counts statements as HTTP requests. This process has no other HTTP server than Neon's endpoint, and
// the Worker sends no batches, so one request is one statement.
const Started = z.object({ request: z.object({ url: z.literal('/sql') }) })

const [data = '', egress = '', entry = 'worker.ts', database_url] = process.argv.slice(2)
let statements = 0

subscribe('http.server.request.start', (message) => {
  if (Started.safeParse(message).success) statements++
})

const ports = { PORT: '0', SITES_PORT: '0' }
const database = database_url === undefined ? {} : { DATABASE_URL: database_url }
const environment = { ...ports, ...database, RUNCAST_DATA: data, RUNCAST_EGRESS_ALLOW: egress }
const code = { entry: join(import.meta.dirname, entry) }
const options = { ...readOptions(environment), code }
const report = (line: string) => console.error(`bench: ${line}`)
const stack = new Stack(options, report)

endWithParent(() => void stack.close().finally(() => process.exit()))
process.on('message', () => process.send?.({ statements }))
try {
  const { api } = await stack.start()
  tellParent({ ready: api })
} catch (error) {
  report(explain(error))
  process.exit(1)
}
