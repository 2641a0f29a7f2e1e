import { createHash } from 'node:crypto'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import { processorMs } from '../support/processor-time.ts'

async function vectorOf(text: string): Promise<Float32Array> {
  const [vector] = await hashingEmbedder.embed([text], 'passage')
  if (!vector) throw new Error('no vector')
  return vector
}

function dot(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0)
}

async function near(one: string, other: string): Promise<number> {
  return dot(await vectorOf(one), await vectorOf(other))
}

test('a vector has the length of the hosted model’s, and is a unit vector', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 200 }), async (text) => {
      const vector = await vectorOf(text)
      expect(vector).toHaveLength(1024)
      expect(hashingEmbedder.dimension).toBe(1024)
      expect(dot(vector, vector)).toBeCloseTo(1, 5)
    }),
  )
})

test('a text has one vector, alone or among others, as a question or as a passage', async () => {
  const texts = ['The rent is due.', 'Die Miete ist fällig.', '', 'The rent is due.']
  const [first, second, third, fourth] = await hashingEmbedder.embed(texts, 'query')
  expect(fourth).toEqual(first)
  expect(await vectorOf('The rent is due.')).toEqual(first)
  expect(await vectorOf('Die Miete ist fällig.')).toEqual(second)
  expect(await vectorOf('')).toEqual(third)
})

/** Stored vectors were made with these numbers, so another hash would be another model. */
test('a vector is the same on every machine', async () => {
  const text =
    'Der Mieter hinterlegt eine Kaution; the landlord keeps it — 1.730 €. Größe, naïveté, 漢字.'
  const bytes = Buffer.from((await vectorOf(text)).buffer)
  expect(hashingEmbedder.model).toBe('hashing-1')
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(
    'c6e9357f14b44f55ad3698dae394011065eef1bc228635ea70ee25de31228328',
  )
})

describe('the nearest text', () => {
  test.each([
    // an ending
    ['terminating the contracts', 'The contract was terminated.', 'The roof was painted.'],
    // case and accents
    ['ECOLE PRIVEE', 'une école privée', 'un jardin public'],
    // an umlaut that is written as two letters
    ['Kuendigung der Raeume', 'Kündigung der Räume', 'Zahlung der Zinsen'],
    // a part of a compound
    ['Leine für den Hund', 'Die Hundeleine war lang.', 'Die Rechnung war lang.'],
    // a synonym
    ['How much vacation?', 'Twenty days of annual leave.', 'Twenty litres of annual rain.'],
    // the same in the other language
    ['Who keeps the deposit?', 'Die Kaution wird verzinst.', 'Die Katze wird gefüttert.'],
  ])('to "%s" is "%s", not "%s"', async (question, nearer, farther) => {
    expect(await near(question, nearer)).toBeGreaterThan((await near(question, farther)) + 0.05)
  })

  test('common words count little', async () => {
    expect(await near('what is the deposit', 'what is the roof')).toBeLessThan(0.2)
    expect(await near('what is the deposit', 'deposit')).toBeGreaterThan(0.9)
  })
})

test('hundreds of chunks with different words take about a second', async () => {
  const words = Array.from({ length: 3_000 }, (_, i) => `w${(i * 7919) % 3_000}ord${i % 17}`)
  const chunks = Array.from({ length: 320 }, (_, i) =>
    Array.from({ length: 150 }, (_other, j) => words[(i * 31 + j * 17) % 3_000]).join(' '),
  )
  const spent = await processorMs(async () => {
    for (let at = 0; at < chunks.length; at += 32)
      await hashingEmbedder.embed(chunks.slice(at, at + 32), 'passage')
  })
  expect(spent).toBeLessThan(2_500)
})
