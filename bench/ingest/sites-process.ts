import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

import { z } from 'zod'

import { endWithParent, tellParent } from '../../scripts/parent.ts'
import { startSites } from '../../scripts/sites/server.ts'
import { SiteSettings } from '../../scripts/sites/settings.ts'

// Counts what this process answers. It has no other HTTP server than the sites.
const Finished = z.object({ socket: z.custom<Socket>((value) => typeof value === 'object') })
const traffic = { requests: 0, bytes: 0 }
const written = new WeakMap<Socket, number>()

subscribe('http.server.response.finish', (message) => {
  const { socket } = Finished.parse(message)
  traffic.requests += 1
  traffic.bytes += socket.bytesWritten - (written.get(socket) ?? 0)
  written.set(socket, socket.bytesWritten)
})

const sites = await startSites(SiteSettings.parse(JSON.parse(process.argv[2] ?? '{}')))
endWithParent(() => void sites.close().finally(() => process.exit()))
process.on('message', () => process.send?.(traffic))
tellParent({ ready: sites.origin })
