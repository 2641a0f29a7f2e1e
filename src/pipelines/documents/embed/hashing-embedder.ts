import { isStopWord, wordsOf } from '../text/words.ts'
import { conceptsOf } from './concepts.ts'
import type { Embedder } from './embedder.ts'

const DIMENSION = 1024

/** What a word counts as a whole, all its parts together, and what it is one of several words for. */
const WHOLE = 1
const PARTS = 1
const CONCEPTS = 3.5

/** A word that says nothing of the matter is heard only where nothing else is said. */
const STOPPED = 0.05

/** The parts of a word: runs of three to five letters, with its borders. */
const SHORTEST = 3
const LONGEST = 5

/**
 * Vectors made of the words themselves, without a model or a network: every stem, every run of
 * letters in it and what it is one of several words for add to a place that their hash names. Near
 * are words that share a stem or a part of a compound, and synonyms as far as they are known.
 */
export const hashingEmbedder: Embedder = {
  model: 'hashing-1',
  dimension: DIMENSION,
  embed: async (texts) => {
    const features = new Map<string, readonly Feature[]>()
    return texts.map((text) => embed(text, features))
  },
}

type Feature = { readonly place: number; readonly weight: number }

function embed(text: string, known: Map<string, readonly Feature[]>): Float32Array {
  const sum = new Float64Array(DIMENSION)
  for (const [stem, times] of timesOf(text)) {
    const features = known.get(stem) ?? featuresOf(stem)
    known.set(stem, features)
    const often = Math.sqrt(times)
    for (const { place, weight } of features) sum[place] = (sum[place] ?? 0) + weight * often
  }
  return toUnit(sum)
}

function timesOf(text: string): Map<string, number> {
  const times = new Map<string, number>()
  for (const { stem } of wordsOf(text)) times.set(stem, (times.get(stem) ?? 0) + 1)
  return times
}

/** A long word says more than a short one. */
function featuresOf(stem: string): Feature[] {
  const worth = isStopWord(stem) ? STOPPED : Math.sqrt(Math.min(stem.length, 12))
  const parts = partsOf(stem)
  const part = (worth * PARTS) / Math.sqrt(Math.max(1, parts.length))
  const concepts = [...conceptsOf(stem)].map((name) => hashOf(`=${name}`))
  const concept = CONCEPTS / Math.sqrt(Math.max(1, concepts.length))
  return [
    feature(hashOf(stem), worth * WHOLE),
    ...parts.map((hash) => feature(hash, part)),
    ...concepts.map((hash) => feature(hash, concept)),
  ]
}

/** The hash names the place and the sign, so that what falls together by chance cancels out. */
function feature(hash: number, weight: number): Feature {
  return { place: hash % DIMENSION, weight: hash >= 0x80000000 ? -weight : weight }
}

function partsOf(stem: string): number[] {
  const word = `<${stem}>`
  const hashes: number[] = []
  for (let start = 0; start + SHORTEST <= word.length; start++) {
    let hash = BEGIN
    for (let at = start; at < Math.min(start + LONGEST, word.length); at++) {
      hash = hashOn(hash, word.charCodeAt(at))
      if (at - start + 1 >= SHORTEST) hashes.push(mixed(hash))
    }
  }
  return hashes
}

/** FNV-1a over UTF-16 units, its bits mixed at the end. */
const BEGIN = 0x811c9dc5

function hashOf(text: string): number {
  let hash = BEGIN
  for (let at = 0; at < text.length; at++) hash = hashOn(hash, text.charCodeAt(at))
  return mixed(hash)
}

function hashOn(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193)
}

function mixed(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const most = Math.imul(half ^ (half >>> 13), 0xc2b2ae35)
  return (most ^ (most >>> 16)) >>> 0
}

/** A text without a word has a direction too: a vector of nothing has a distance to none. */
function toUnit(sum: Float64Array): Float32Array {
  const length = Math.sqrt(sum.reduce((squares, value) => squares + value * value, 0))
  if (length === 0) return Float32Array.of(1, ...new Float32Array(DIMENSION - 1))
  return Float32Array.from(sum, (value) => value / length)
}
