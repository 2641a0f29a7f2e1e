import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

import { z } from 'zod'

/** A database behind an endpoint of its own. */
export type ProxiedDatabase = { readonly url: string; readonly endpoint: string }

/**
 * One address for several databases, as Neon has one for those of a region: a statement goes to the database of
 * its connection string. Returns the address, and a function that closes it.
 */
export async function startNeonProxy(databases: readonly ProxiedDatabase[]) {
  const server = createServer((asked, answer) => {
    pass(databases, asked, answer).catch(() => answer.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = z.object({ port: z.int() }).parse(server.address())
  return {
    url: `http://127.0.0.1:${port}/sql`,
    stop: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function pass(
  databases: readonly ProxiedDatabase[],
  asked: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const headers = Object.entries(asked.headers).flatMap(([name, value]): [string, string][] =>
    /^neon-|^content-type$/.test(name) && typeof value === 'string' ? [[name, value]] : [],
  )
  const wanted = hostOf(String(asked.headers['neon-connection-string']))
  const database = databases.find(({ url }) => hostOf(url) === wanted)
  if (database === undefined) throw new Error(`no database is at ${wanted}`)
  const body = await text(asked)
  const reply = await fetch(database.endpoint, { method: 'POST', headers, body })
  answer.writeHead(reply.status, { 'content-type': 'application/json' })
  answer.end(await reply.text())
}

function hostOf(connection_string: string): string {
  return new URL(connection_string.replace(/^postgres(ql)?:/, 'http:')).host
}
