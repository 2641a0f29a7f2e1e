import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

import type {
  HostAnswer,
  HostLeave,
  HostRequest,
  HostRpc,
  RobotsAnswer,
} from '../../src/durable/host/host-rpc.ts'
import type { GuardSettings } from '../../src/egress/guarded-fetch.ts'
import { createPoliteFetch, type PoliteSettings } from '../../src/egress/polite-fetch.ts'
import { type Gate, openGate } from '../../src/gate.ts'
import type { FetchOptions } from '../../src/pipelines/fetch.ts'

export const NOW = 1_000_000
const LIMITS = { first_byte_ms: 5_000, total_ms: 5_000, max_bytes: 1024 * 1024 }

const running: Server[] = []

export function closeServers(): void {
  for (const server of running.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
}

export type Answers = Record<
  string,
  (response: ServerResponse, request: IncomingMessage) => unknown
>

/** Starts a server with these answers by path. Every other path is answered "there". */
export async function serve(answers: Answers = {}) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const answer = answers[path]
    if (answer) answer(response, request)
    else response.end('there')
  })
  running.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('no port')
  return { port: address.port, origin: `http://127.0.0.1:${address.port}`, asked }
}

export const to = (location: string) => (response: ServerResponse) =>
  response.writeHead(302, { location }).end()

/** Hosts whose answers a test sets; after those, they answer "go". `told` has all calls in order. */
export class Hosts {
  readonly told: string[] = []
  readonly left: HostLeave[] = []
  readonly learned: RobotsAnswer[] = []
  readonly entered: HostRequest[] = []
  readonly script = new Map<string, HostAnswer[]>()
  fails = false
  private tickets = 0

  at(origin: string): HostRpc {
    const name = new URL(origin).hostname
    return {
      enter: async (request) => {
        const { url, robots, paced } = request
        this.entered.push(request)
        const how = [robots ? 'robots' : '', paced ? 'paced' : ''].filter(Boolean).join('+')
        this.told.push(`${name} enter ${new URL(url).pathname} ${how}`)
        const answer = this.script.get(name)?.shift()
        return answer ?? { kind: 'go', ticket: ++this.tickets }
      },
      learn: async (answer) => {
        this.told.push(`${name} learn ${answer.ticket} ${answer.status}`)
        this.learned.push(answer)
      },
      leave: async (leave) => {
        this.told.push(`${name} leave ${leave.ticket} ${leave.status}`)
        this.left.push(leave)
        if (this.fails) throw new Error('the object was reset')
      },
    }
  }
}

/**
 * A polite fetch in a world in which http://<name>.com is the server with that name. A fetch of a public
 * name goes to the port of that server.
 */
export function polite(
  servers: Servers,
  given: Partial<GuardSettings> &
    Pick<PoliteSettings, 'pacesOf'> & { gate?: Gate; hosts?: Hosts; logged?: string[] } = {},
) {
  const { hosts = new Hosts(), logged = [], gate = openGate, ...settings } = given
  const fetching = createPoliteFetch({
    ...LIMITS,
    allow: [],
    ...settings,
    host: (origin) => hosts.at(origin),
    log: (_, message) => void logged.push(message),
    gate,
    now: () => NOW,
    fetch: routed(servers),
  })
  return { hosts, fetching, text: textOf(fetching) }
}

type Servers = Readonly<Record<string, { readonly port: number }>>

/** The platform's fetch in that world. */
export function routed(servers: Servers): NonNullable<GuardSettings['fetch']> {
  return (url, init) => {
    const { hostname, pathname, search } = new URL(url)
    const port = servers[hostname]?.port
    return fetch(port === undefined ? url : `http://127.0.0.1:${port}${pathname}${search}`, init)
  }
}

const textOf =
  (fetching: ReturnType<typeof createPoliteFetch>) => async (url: string, init: FetchOptions) =>
    new TextDecoder().decode((await fetching(url, init)).body)
