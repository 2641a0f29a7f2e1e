import { type ParsedTokenInfo, TokenParser, Tokenizer, TokenType } from '@streamparser/json'

import { joinBytes } from '../../../join-bytes.ts'
import { exceeds, type JsonShape } from '../../../json-shape.ts'

/** A text up to this size is parsed whole when it has ended, which takes a fifth of the time. */
const SMALL_BYTES = 4 * 1024 * 1024

/** An item has at most so many tokens, and is nested at most so deep. Both are more than any board's items need. */
const TOKENS_MAX = 200_000
const DEPTH_MAX = 32
const SMALL_SHAPE: JsonShape = { depth: DEPTH_MAX, members: TOKENS_MAX, entries: TOKENS_MAX }

/** JSON that is nested too deeply, or whose items are too large. */
export class OversizedJson extends Error {}

/**
 * Parses a JSON text as it comes, and gives the items of one list as soon as each is whole. `at` is the field of the
 * outermost object that holds the list, or empty if the text is the list. Throws on damaged JSON.
 */
export class JsonItems {
  /** The outermost value, without the items. Undefined until the text has ended. */
  envelope: unknown
  readonly #at: string
  readonly #depth: number
  /** The pieces of a text that may be small. Undefined once the text is larger. */
  #held: Uint8Array[] | undefined = []
  #bytes = 0
  readonly #tokenizer = new Tokenizer({ stringBufferSize: 65_536, numberBufferSize: 64 })
  readonly #parser: TokenParser
  readonly #decoder = new TextDecoder()
  #items: unknown[] = []
  #tokens = 0
  #open = 0

  constructor(at: string) {
    this.#at = at
    this.#depth = at === '' ? 1 : 2
    this.#parser = new TokenParser({ paths: [at === '' ? '$.*' : `$.${at}.*`, '$'] })
    this.#tokenizer.onToken = this.#token
    this.#parser.onValue = ({ value, key, parent, stack }) => {
      if (stack.length === 0) this.envelope = value
      if (stack.length !== this.#depth || !Array.isArray(parent) || typeof key !== 'number') return
      this.#items.push(value)
      parent[key] = null
      this.#tokens = 0
    }
  }

  /** Returns the items that end in this piece. */
  write(piece: Uint8Array): readonly unknown[] {
    if (this.#held === undefined) return this.#stream(piece)
    this.#held.push(piece)
    this.#bytes += piece.length
    if (this.#bytes <= SMALL_BYTES) return []
    const held = joinBytes(this.#held)
    this.#held = undefined
    return this.#stream(held)
  }

  /** Throws if the text is cut off or empty. */
  end(): readonly unknown[] {
    if (this.#held !== undefined) return this.#parseWhole(joinBytes(this.#held))
    this.#tokenizer.write(this.#decoder.decode())
    this.#tokenizer.end()
    if (!this.#parser.isEnded) throw new Error('the JSON has no end')
    return this.#take()
  }

  #parseWhole(bytes: Uint8Array): readonly unknown[] {
    const text = this.#decoder.decode(bytes)
    if (exceeds(text, SMALL_SHAPE)) throw new OversizedJson()
    const value: unknown = JSON.parse(text)
    const items = this.#at === '' ? value : fieldOf(value, this.#at)
    this.envelope = value
    if (!Array.isArray(items)) return []
    return items.splice(0)
  }

  #stream(piece: Uint8Array): readonly unknown[] {
    // The tokenizer reads broken UTF-8 as an error. The decoder replaces broken signs.
    this.#tokenizer.write(this.#decoder.decode(piece, { stream: true }))
    return this.#take()
  }

  #take(): readonly unknown[] {
    const items = this.#items
    this.#items = []
    return items
  }

  readonly #token = (info: ParsedTokenInfo): void => {
    const { token } = info
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) this.#open += 1
    if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) this.#open -= 1
    this.#tokens += 1
    if (this.#open > DEPTH_MAX || this.#tokens > TOKENS_MAX) throw new OversizedJson()
    this.#parser.write(info)
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? new Map(Object.entries(value)).get(name)
    : undefined
}
