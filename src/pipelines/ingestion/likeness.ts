/**
 * The bits of a posting's SimHash, in bands. Two hashes that differ in at most five bits have a band in common, and of
 * those that differ in six bits nearly all.
 */
const BANDS = [11, 11, 11, 11, 10, 10] as const

/** The title counts as much as a fifth of the text: another level or department is another job. */
const TITLE = 0.2

/** A text of fewer pairs of words is alike to too many. */
const MIN_PAIRS = 20
const MAX_CHARACTERS = 20_000

/** The keys of requisitions have this bit, and those of bands lack it. */
const REQUISITION = 0x4000_0000

type PostingWords = {
  readonly title: string
  readonly text: string
  readonly requisition_id?: string | undefined
}

/**
 * The keys by which postings about the same job are looked up: the bands of the SimHash of title and text, each with its
 * place, and then the hash of the requisition.
 */
export function likenessOf({ title, text, requisition_id = '' }: PostingWords): number[] {
  const requisition = hashesOf(requisition_id.trim().toLowerCase(), 1)
  const key = requisition.reduce((one, other) => mix(one, other), 0) >>> 2
  return [...bandsOf(title, text), ...(requisition.length === 0 ? [] : [REQUISITION | key])]
}

/** A SimHash (Charikar 2002) over the pairs of words that stand together in the text, and the words of the title. */
function bandsOf(title: string, text: string): number[] {
  const words = hashesOf(text.slice(0, MAX_CHARACTERS).toLowerCase(), 1)
  const pairs = words.length - 1
  if (pairs < MIN_PAIRS) return []
  const sums = new BitSums()
  for (let at = 0; at < pairs; at++) sums.add(mix(words[at] ?? 0, words[at + 1] ?? 0), 1)
  // Single letters are those of "(m/f/d)".
  const named = hashesOf(title.toLowerCase(), 2)
  for (const word of named) sums.add(mix(word, named.length), (TITLE * pairs) / named.length)
  return sums.bands()
}

/** Hashes each word (FNV-1a). Reads letters without building words: that would take most of the time. */
function hashesOf(text: string, least: number): number[] {
  const hashes: number[] = []
  let hash = 0
  let length = 0
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 0
    if (isInWord(code)) {
      hash = Math.imul((length === 0 ? 0x811c_9dc5 : hash) ^ code, 0x0100_0193)
      length++
    }
    // Scripts that write no spaces: each sign is a word.
    if (length > 0 && (!isInWord(code) || code >= 0x2e80)) {
      if (length >= least || code >= 0x2e80) hashes.push(hash)
      length = 0
    }
  }
  return hashes
}

function isInWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code >= 0xc0
}

/** Mixes two hashes as the end of MurmurHash3 does. */
function mix(one: number, other: number): number {
  let hash = Math.imul(one, 31) + other
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return hash ^ (hash >>> 16)
}

const PARTS = 16

/**
 * Adds the weights of 64-bit hashes up by their bits. Keeps a sum for each value of each four bits, so that a hash costs
 * sixteen additions and not sixty-four.
 */
class BitSums {
  readonly #sums = new Float64Array(PARTS * 16)

  add(hash: number, weight: number): void {
    this.#addHalf(hash, 0, weight)
    this.#addHalf(mix(hash, 0x1b87_3593), PARTS / 2, weight)
  }

  #addHalf(half: number, part: number, weight: number): void {
    const sums = this.#sums
    for (let n = 0; n < 8; n++) {
      const at = (part + n) * 16 + ((half >>> (n * 4)) & 15)
      sums[at] = (sums[at] ?? 0) + weight
    }
  }

  bands(): number[] {
    const bands = BANDS.map(() => 0)
    let place = 0
    let left: number = BANDS[0]
    for (let n = 0; n < PARTS * 4; n++) {
      if (left === 0) left = BANDS[++place] ?? 0
      bands[place] = (bands[place] ?? 0) * 2 + this.#bit(n >>> 2, n & 3)
      left--
    }
    return bands.map((band, at) => (at << 16) | band)
  }

  #bit(part: number, bit: number): 0 | 1 {
    const sums = this.#sums
    const mask = 1 << bit
    let total = 0
    for (let at = part * 16, value = 0; value < 16; value++, at++) {
      const weight = sums[at] ?? 0
      total += (value & mask) === 0 ? -weight : weight
    }
    return total > 0 ? 1 : 0
  }
}
