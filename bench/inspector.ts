import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

import { z } from 'zod'

import { BenchFailure } from './failure.ts'
import { wranglerPorts } from './processes.ts'

const ASK_MS = 30_000
const AGAIN_MS = 200

const Target = z.object({ webSocketDebuggerUrl: z.string() })
const Message = z.object({
  id: z.int().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
})
type Message = z.infer<typeof Message>

/** Controls the Worker's isolate by the Chrome DevTools protocol, through wrangler's inspector. */
export class Inspector {
  readonly #socket: WebSocket
  #last = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
  }

  static async open(): Promise<Inspector> {
    // The inspector requires an Origin. Node's WebSocket accepts headers, but the types of the DOM do
    // not know that.
    const headers = { origin: 'http://127.0.0.1' }
    const socket: WebSocket = Reflect.construct(WebSocket, [await findTarget(), { headers }])
    await once(socket, 'open', { signal: AbortSignal.timeout(ASK_MS) })
    return new Inspector(socket)
  }

  /** Sends a command. Returns the part of its result that `schema` reads. */
  async send<T>(method: string, schema: z.ZodType<T>, params: object = {}): Promise<T> {
    const id = ++this.#last
    const answered = this.#until((message) => message.id === id)
    this.#socket.send(JSON.stringify({ id, method, params }))
    return schema.parse((await answered).result)
  }

  /** Waits for the first event with this name whose parameters `schema` reads. */
  async event<T>(method: string, schema: z.ZodType<T>): Promise<T> {
    const message = await this.#until(
      (one) => one.method === method && schema.safeParse(one.params).success,
    )
    return schema.parse(message.params)
  }

  close(): void {
    this.#socket.close()
  }

  #until(wanted: (message: Message) => boolean): Promise<Message> {
    const { promise, resolve, reject } = Promise.withResolvers<Message>()
    const done = new AbortController()
    const late = () => reject(new BenchFailure('the inspector does not answer'))
    AbortSignal.any([done.signal, AbortSignal.timeout(ASK_MS)]).addEventListener('abort', late)
    const read = ({ data }: MessageEvent<string>) => {
      const message = Message.parse(JSON.parse(data))
      if (!wanted(message)) return
      resolve(message)
      done.abort()
    }
    this.#socket.addEventListener('message', read, { signal: done.signal })
    return promise
  }
}

/**
 * Finds the inspector's target. wrangler does not tell the inspector's port, so this asks each port for a
 * list of targets.
 */
async function findTarget(): Promise<string> {
  const until = Date.now() + ASK_MS
  while (Date.now() < until) {
    for (const port of wranglerPorts()) {
      const target = await targetAt(port)
      if (target !== undefined) return target
    }
    // A busy machine answers late.
    await delay(AGAIN_MS)
  }
  throw new BenchFailure('wrangler’s inspector was not found')
}

async function targetAt(port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/json`, {
      signal: AbortSignal.timeout(1_000),
    })
    return z.array(Target).parse(await response.json())[0]?.webSocketDebuggerUrl
  } catch {
    // Another program listens on this port.
    return undefined
  }
}
