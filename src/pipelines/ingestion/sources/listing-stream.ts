import { joinBytes } from '../../../join-bytes.ts'
import type { PieceTaker } from '../../fetch.ts'
import { PlanFailure } from '../../pipeline.ts'
import { botWall, LOOKED_AT_BYTES } from '../bot-wall.ts'
import type { SourceListing } from '../listed.ts'
import { PostingSet, type ReadItem } from './item.ts'
import { JsonItems, OversizedJson } from './json-items.ts'
import { damaged, isAt, type ListingAddress, OVERSIZED, readAnswer, unreadable } from './listing.ts'
import type { ListingPorts } from './source.ts'

/** Parses a listing as it comes. `write` gives the items that end in a piece, `end` the last ones. */
export type ItemParser<T> = {
  write(piece: Uint8Array): readonly T[]
  /** Throws if the listing is cut off. */
  end(): readonly T[]
}

/** Postings are passed on when so many, or so many bytes of the listing, have come. */
const SLICE_POSTINGS = 1_000
const SLICE_BYTES = 4 * 1024 * 1024
/** Longer than any board's item. */
const ITEM_BYTES = 8 * 1024 * 1024
/** More than any board's items. */
const MAX_ITEMS = 200_000

/** How the items of a listing are found, and how each becomes a posting. */
export type StreamedItems<T> = { readonly parser: ItemParser<T>; readonly read: ReadItem<T> }

/** Reads a listing of any size in one request, in slices. */
export async function readInSlices<T>(
  address: ListingAddress,
  { parser, read }: StreamedItems<T>,
  ports: ListingPorts,
): Promise<SourceListing> {
  const listing = new SlicedListing(address.board, read, ports)
  await listing.read(address, parser)
  return listing.end()
}

/** Reads a listing in JSON whose list is in the field `at`. Returns the other fields beside the listing. */
export async function readJsonInSlices(
  address: ListingAddress & { readonly at: string },
  read: ReadItem<unknown>,
  ports: ListingPorts,
): Promise<{ readonly listing: SourceListing; readonly envelope: unknown }> {
  const parser = new JsonItems(address.at)
  const listing = await readInSlices(address, { parser, read }, ports)
  return { listing, envelope: parser.envelope }
}

/**
 * A listing of any size: passes its postings on in slices as they come, so that only one slice is held. The listing
 * that `end` returns has the last postings, which may be all.
 */
export class SlicedListing<T> {
  readonly #board: string
  readonly #ports: ListingPorts
  readonly #postings: PostingSet<T>
  /** The first bytes of the answer, which tell what it is if it is no listing. */
  #head: Uint8Array = new Uint8Array()
  #bytes = 0
  #sinceItem = 0
  #items = 0

  constructor(board: string, read: ReadItem<T>, ports: ListingPorts) {
    this.#board = board
    this.#ports = ports
    this.#postings = new PostingSet(board, read)
  }

  /** Reads the answer of one request. */
  async read(address: ListingAddress, parser: ItemParser<T>): Promise<void> {
    this.#head = new Uint8Array()
    let adding: Promise<void> = Promise.resolve()
    const take: PieceTaker = async (piece, from) => {
      if (!isAt(from, address)) return false
      adding = this.#add(piece, parser)
      return adding.then(
        () => true,
        () => false,
      )
    }
    const answer = await readAnswer(address, this.#ports, take)
    // A fetch that takes no pieces gives the body whole.
    if (answer.body.byteLength > 0) await take(answer.body, answer)
    try {
      await adding
      this.#collect(() => parser.end())
    } catch (error) {
      const wall = botWall({ ...answer, body: this.#head })
      throw wall ? new PlanFailure({ ...wall, retryable: false }) : error
    }
  }

  end(): SourceListing {
    return this.#postings.end()
  }

  async #add(piece: Uint8Array, parser: ItemParser<T>): Promise<void> {
    if (this.#head.length < LOOKED_AT_BYTES) this.#lookAt(piece)
    this.#bytes += piece.length
    this.#sinceItem += piece.length
    this.#collect(() => parser.write(piece))
    if (this.#sinceItem > ITEM_BYTES || this.#items > MAX_ITEMS) throw this.#oversized()
    const { pass } = this.#ports
    const isFull = this.#postings.size >= SLICE_POSTINGS || this.#bytes >= SLICE_BYTES
    if (!pass || !isFull) return
    this.#bytes = 0
    await pass(this.#postings.take())
  }

  #collect(parse: () => readonly T[]): void {
    const items = this.#parsed(parse)
    for (const item of items) this.#postings.add(item)
    this.#items += items.length
    if (items.length > 0) this.#sinceItem = 0
  }

  #parsed(parse: () => readonly T[]): readonly T[] {
    try {
      return parse()
    } catch (error) {
      if (error instanceof OversizedJson) throw this.#oversized()
      if (error instanceof PlanFailure) throw error
      throw damaged(new TextDecoder().decode(this.#head), this.#board, error)
    }
  }

  #lookAt(piece: Uint8Array): void {
    const more = piece.subarray(0, LOOKED_AT_BYTES - this.#head.length)
    this.#head = joinBytes([this.#head, more])
  }

  #oversized(): PlanFailure {
    return unreadable(`The board "${this.#board}" ${OVERSIZED}.`)
  }
}
