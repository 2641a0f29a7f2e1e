import { isStopWord, wordsOf } from '../text/words.ts'
import { conceptsOf } from './concepts.ts'
import type { Embedder } from './embedder.ts'

const DIMENSION = 1024

/** The weights of a whole word, of all its parts together, and of the concepts that it names. */
const WHOLE = 1
const PARTS = 1
const CONCEPTS = 3.5

/** The weight of a stop word: it matters only in a text without other words. */
const STOPPED = 0.05

/** The lengths of a word's parts. The marks at its borders count as letters. */
const SHORTEST = 3
const LONGEST = 5

/**
 * Makes vectors without a model or a network. Each stem, each run of letters in it and each concept that it names
 * add to the element that their hash selects. Words with a common stem or a common part are near, and so are the
 * synonyms in concepts.ts.
 */
export const hashingEmbedder: Embedder = {
  model: 'hashing-1',
  dimension: DIMENSION,
  judging: { vectors: 0.2, least: 0.225 },
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

/** Returns the elements that a stem adds to. A long word weighs more, because it says more than a short one. */
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

/** Takes the place and the sign from the hash. With random signs, collisions cancel out on average. */
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

/** The start of the hash: FNV-1a over UTF-16 units, with its bits mixed at the end. */
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

/** Scales a vector to length 1. A text without words gets a fixed vector, as a zero vector has no distance to others. */
function toUnit(sum: Float64Array): Float32Array {
  const length = Math.sqrt(sum.reduce((squares, value) => squares + value * value, 0))
  if (length === 0) return Float32Array.of(1, ...new Float32Array(DIMENSION - 1))
  return Float32Array.from(sum, (value) => value / length)
}
