import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

import { z } from 'zod'

const Address = z.object({ port: z.int() })

/** A statement that the proxy has stopped on its way to Postgres. */
export type HeldStatement = {
  readonly body: string
  /** Passes the statement on. Returns the answer of Postgres, even if the sender has gone. */
  release(): Promise<string>
}

type Trap = {
  readonly matches: (body: string) => boolean
  readonly caught: (held: HeldStatement) => void
}

/** With `cut`, statements reach Postgres and take effect, and the connection breaks before the answer. */
export type Passage = 'open' | 'refused' | 'cut'

/** A proxy between a Worker and Neon's endpoint. A test can stop single statements or all of them. */
export class StatementProxy {
  passage: Passage = 'open'
  /** The number of statements that took effect without an answer. */
  cuts = 0
  readonly #server: Server
  readonly #endpoint: string
  #traps: readonly Trap[] = []

  private constructor(endpoint: string) {
    this.#endpoint = endpoint
    this.#server = createServer((asked, answer) => {
      this.#pass(asked, answer).catch(() => answer.destroy())
    })
    this.#server.keepAliveTimeout = 0
  }

  static async start(endpoint: string): Promise<StatementProxy> {
    const proxy = new StatementProxy(endpoint)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${Address.parse(this.#server.address()).port}/sql`
  }

  /** Stops the next statement that satisfies `matches`, and returns it. */
  catch(matches: Trap['matches']): Promise<HeldStatement> {
    const { promise, resolve } = Promise.withResolvers<HeldStatement>()
    this.#traps = [...this.#traps, { matches, caught: resolve }]
    return promise
  }

  async close(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  async #pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    if (this.passage === 'refused') return void answer.destroy()
    const body = await text(asked)
    const trap = this.#traps.find(({ matches }) => matches(body))
    const forward = () => this.#forward({ asked, answer, body })
    if (trap === undefined) return void (await forward())
    this.#traps = this.#traps.filter((other) => other !== trap)
    trap.caught({ body, release: forward })
  }

  async #forward({ asked, answer, body }: Passing): Promise<string> {
    const headers = Object.entries(asked.headers).flatMap(([name, value]): [string, string][] =>
      /^neon-|^content-type$/.test(name) && typeof value === 'string' ? [[name, value]] : [],
    )
    const reply = await fetch(this.#endpoint, { method: 'POST', headers, body })
    const said = await reply.text()
    // This also cuts the statements that were on their way when the passage changed.
    if (this.passage !== 'open') {
      this.cuts += 1
      answer.destroy()
      return said
    }
    answer.writeHead(reply.status, { 'content-type': 'application/json' }).end(said)
    return said
  }
}

type Passing = {
  readonly asked: IncomingMessage
  readonly answer: ServerResponse
  readonly body: string
}
