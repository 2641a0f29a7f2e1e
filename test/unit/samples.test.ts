import { expect, test } from 'vitest'

import { BLIND, readQuestions, readSamples } from '../../bench/search/samples.ts'
import { languageOf } from '../../src/pipelines/text/language.ts'

const samples = await readSamples()
const questions = readQuestions()
const answerable = questions.flatMap((question) => {
  const { document, passage } = question
  return document === null || passage === null ? [] : [{ ...question, document, passage }]
})

function textOf(document: string): string {
  return samples.find(({ name }) => name === document)?.extracted.text ?? ''
}

test('twelve documents, ten of them of 1,500 words or more, make 150 chunks or more', () => {
  expect(samples).toHaveLength(12)
  const words = samples.map(({ extracted }) => extracted.text.match(/\S+/g)?.length ?? 0)
  expect(words.filter((count) => count >= 1_500)).toHaveLength(10)
  expect(Math.min(...words)).toBeGreaterThanOrEqual(400)
  expect(Math.max(...words)).toBeLessThanOrEqual(6_000)
  expect(samples.flatMap(({ chunks }) => chunks).length).toBeGreaterThanOrEqual(150)
})

test('a question is about one passage, which is in its document once', () => {
  const elsewhere = answerable.filter(
    ({ document, passage }) => textOf(document).split(passage).length !== 2,
  )
  expect(elsewhere).toEqual([])
  expect(new Set(questions.map(({ question }) => question)).size).toBe(questions.length)
  expect(new Set(answerable.map(({ passage }) => passage)).size).toBe(answerable.length)
})

test('of 150 questions a third or so has no answer', () => {
  expect(questions).toHaveLength(150)
  expect(answerable.length).toBeGreaterThanOrEqual(100)
  expect(answerable.length).toBeLessThanOrEqual(110)
})

test("a question has its document's language, and half of each language is kept out of tuning", () => {
  const otherwise = answerable.filter(
    ({ document, language }) => languageOf(textOf(document)) !== language,
  )
  expect(otherwise).toEqual([])
  const of = Object.groupBy(questions, ({ language }) => language)
  expect(of.english?.length).toBeGreaterThanOrEqual(40)
  expect(of.german?.length).toBeGreaterThanOrEqual(20)
  expect(of.french?.length).toBeGreaterThanOrEqual(30)
  for (const all of Object.values(of)) {
    const held_out = all.filter((one) => one.held_out).length
    expect(Math.abs(all.length - 2 * held_out)).toBeLessThanOrEqual(2)
  }
})

/** All sequences of four words in a text. */
function runsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return words.slice(3).map((_, at) => words.slice(at, at + 4).join(' '))
}

test('no question shares four words in a row with its passage', () => {
  for (const { question, passage } of answerable) {
    const shared = new Set(runsOf(passage))
    expect(runsOf(question).filter((run) => shared.has(run))).toEqual([])
  }
})

test('half of the blind questions have no answer, and the passages of the others are in their documents once', async () => {
  const texts = new Map(
    (await readSamples(BLIND)).map(({ name, extracted }) => [name, extracted.text]),
  )
  const blind = readQuestions(BLIND)
  const answered = blind.filter(({ document }) => document !== null)
  expect([blind.length, answered.length]).toEqual([60, 30])
  for (const { document, passage } of answered)
    expect(texts.get(document ?? '')?.split(passage ?? '')).toHaveLength(2)
})
