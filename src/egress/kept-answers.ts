import { hash, randomHex } from '../digest.ts'
import type { AnswerStore, AnswerWriter, KeptHead } from '../pipelines/answer-store.ts'
import {
  type Fetched,
  type FetchOptions,
  type FetchPort,
  type PieceTaker,
  StillFresh,
} from '../pipelines/fetch.ts'

/** A site that answers 304 for ever would hide its changes, so an older answer is fetched whole. */
const MAX_AGE_MS = 7 * 86_400_000
const MAX_VALIDATOR = 1_000

/**
 * Keeps the answers of listings, asks for each conditionally the next time, and shares it with readers who ask at the
 * same time. Only public answers are shared: a request carries nothing of an owner, and its key is all that it sends.
 */
export function keepingFetch(fetch: FetchPort, store: AnswerStore): FetchPort {
  return async (url, init) => {
    if (init.shared !== true || init.body !== undefined) return fetch(url, init)
    const key = await hash({ url, headers: init.headers ?? {} })
    const kept = await heldBy(store, key)
    const answer =
      (await fetchAnew({ url, init, key, kept }, fetch, store)) ??
      (kept && (await replay({ key, kept, init }, store))) ??
      (await fetch(url, init))
    return { ...answer, discard: () => store.remove(key) }
  }
}

async function heldBy(store: AnswerStore, key: string): Promise<KeptHead | undefined> {
  const kept = await store.find(key)
  return kept && kept.at > Date.now() - MAX_AGE_MS ? kept : undefined
}

type KeyedFetch = {
  readonly url: string
  readonly init: FetchOptions
  readonly key: string
  readonly kept: KeptHead | undefined
}

/** Fetches, and keeps a new answer. Undefined: the kept answer is still the newest. */
async function fetchAnew(
  { url, init, key, kept }: KeyedFetch,
  fetch: FetchPort,
  store: AnswerStore,
): Promise<Fetched | undefined> {
  const fresh = randomHex(8)
  const keeping = new Keeping(key, fresh, { store, take: init.take })
  const share = { key, fresh, ...(kept === undefined ? {} : { held: kept.version }) }
  const headers = { ...init.headers, ...conditionsOf(kept) }
  try {
    const taken = init.take === undefined ? {} : { take: keeping.take }
    const answer = await fetch(url, { ...init, headers, share, ...taken })
    if (answer.status === 304 && kept !== undefined) return undefined
    await keeping.end(answer)
    return answer
  } catch (error) {
    await keeping.abort()
    if (error instanceof StillFresh) return undefined
    throw error
  }
}

function conditionsOf(kept: KeptHead | undefined): Record<string, string> {
  const { etag = null, last_modified = null } = kept ?? {}
  return {
    ...(etag === null ? {} : { 'if-none-match': etag }),
    ...(last_modified === null ? {} : { 'if-modified-since': last_modified }),
  }
}

/** Gives the kept answer as if it had been fetched. Undefined if it is gone. */
async function replay(
  { key, kept, init }: { key: string; kept: KeptHead; init: FetchOptions },
  store: AnswerStore,
): Promise<Fetched | undefined> {
  const body = await store.open(key, kept)
  if (body === undefined) return undefined
  const headers = new Headers(kept.type === null ? {} : { 'content-type': kept.type })
  const answer = { status: 200, url: kept.url, headers }
  if (init.take === undefined) {
    return { ...answer, body: new Uint8Array(await new Response(body).arrayBuffer()) }
  }
  for await (const piece of body) if (!(await init.take(piece, answer))) break
  return { ...answer, body: new Uint8Array() }
}

/** Keeps one answer while its reader takes it. */
class Keeping {
  readonly #key: string
  readonly #version: string
  readonly #store: AnswerStore
  readonly #reader: PieceTaker | undefined
  #writer: AnswerWriter | undefined
  #isWanted = true

  constructor(
    key: string,
    version: string,
    { store, take }: { readonly store: AnswerStore; readonly take: PieceTaker | undefined },
  ) {
    this.#key = key
    this.#version = version
    this.#store = store
    this.#reader = take
  }

  readonly take: PieceTaker = async (piece, answer) => {
    await this.#write(piece, answer)
    this.#isWanted = (await this.#reader?.(piece, answer)) ?? true
    return this.#isWanted
  }

  /** An answer that its reader did not want to its end is not kept. */
  async end(answer: Fetched): Promise<void> {
    if (answer.status === 200 && answer.body.byteLength > 0) await this.#write(answer.body, answer)
    if (this.#isWanted && answer.status === 200) await this.#writer?.end()
    else await this.abort()
  }

  async abort(): Promise<void> {
    await this.#writer?.abort()
    this.#writer = undefined
  }

  async #write(piece: Uint8Array, { headers, url }: Omit<Fetched, 'body'>): Promise<void> {
    this.#writer ??= this.#store.keep(this.#key, {
      version: this.#version,
      url,
      type: headers.get('content-type'),
      etag: validator(headers.get('etag')),
      last_modified: validator(headers.get('last-modified')),
      at: Date.now(),
    })
    await this.#writer.write(piece)
  }
}

function validator(value: string | null): string | null {
  return value !== null && value.length <= MAX_VALIDATOR ? value : null
}
