import { expect, test } from 'vitest'

import { relevances } from '../../src/pipelines/documents/relevance.ts'

const TEXTS = [
  'The tenant pays a deposit of two monthly rents.',
  'Der Mieter hinterlegt eine Kaution von drei Monatsmieten.',
  'Le locataire verse un dépôt égal à deux mois de loyer.',
  'The harbour master keeps the lights and the marks of the channel.',
]

function bestFor(question: string): number {
  const shares = relevances(
    question,
    TEXTS.map((text) => ({ headings: [], text })),
  )
  return shares.indexOf(Math.max(...shares))
}

test.each([
  ['How large is the deposit?', 0],
  ['Welche Kaution hinterlegt der Mieter?', 1],
  ['Quand récupérer la caution du locataire ?', 2],
  ['Who keeps the lights?', 3],
])('%s is answered by text %i', (question, text) => {
  expect(bestFor(question)).toBe(text)
})

test('a text with all words of the question has 1, one without any 0', () => {
  const candidates = TEXTS.map((text) => ({ headings: [], text }))
  expect(relevances('lights of the channel', candidates)[3]).toBeCloseTo(1)
  expect(relevances('lights of the channel', candidates)[1]).toBe(0)
  expect(relevances('', candidates)).toEqual([0, 0, 0, 0])
})

test('words that stand together count more than words that are far apart', () => {
  const far = `deposit ${'other words of the lease '.repeat(40)} tenant`
  const near = `${'other words of the lease '.repeat(40)} deposit tenant`
  const [apart = 0, together = 0] = relevances('deposit of the tenant', [
    { headings: [], text: far },
    { headings: [], text: near },
  ])
  expect(together).toBeGreaterThan(apart)
})

test('a heading counts for each passage below it', () => {
  const text = 'It is due on the first day of the month.'
  const [below = 0, bare = 0] = relevances('When is the rent due?', [
    { headings: ['Rent'], text },
    { headings: [], text },
  ])
  expect(below).toBeGreaterThan(bare)
})
