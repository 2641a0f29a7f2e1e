import { once } from 'node:events'
import { createServer } from 'node:http'

import type { z } from 'zod'

import { SiteSettings } from './settings.ts'
import { Site } from './site.ts'

export type Sites = { readonly origin: string; close(): Promise<void> }

/**
 * Starts sample career sites on 127.0.0.1. The boards company-1 to company-N each speak like Greenhouse,
 * Lever and Ashby, and have a site of their own. The same settings on the same port give the same bytes,
 * until `POST /control` changes something.
 */
export async function startSites(settings: z.input<typeof SiteSettings>): Promise<Sites> {
  const read = SiteSettings.parse(settings)
  const server = createServer()
  // A busy client may use a connection seconds later. If the server closed it by then, the client would fail.
  server.keepAliveTimeout = 60_000
  server.listen(read.port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : read.port
  const site = new Site(read, `http://127.0.0.1:${port}`)
  server.on('request', (request, response) => site.answer({ request, response }))
  return {
    origin: site.origin,
    close: async () => {
      site.close()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
