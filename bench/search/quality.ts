import type { Database } from '../../src/db/connect.ts'
import { evaluate, type Quality } from './evaluate.ts'
import { BLIND, readQuestions, readSamples } from './samples.ts'
import { storeSamples } from './stored-samples.ts'
import { portsOf, type Way, WAYS } from './ways.ts'

const HALVES = ['tuning', 'held_out'] as const

type Half = (typeof HALVES)[number]
type Measured = { readonly way: Way; readonly half: Half; readonly quality: Quality }

/** Measures how well a search answers questions that nothing was tuned with, in a database with nothing else. */
export async function measureBlind(db: Database): Promise<Quality> {
  const samples = await readSamples(BLIND)
  await storeSamples(db, samples)
  return evaluate(portsOf(db).both, readQuestions(BLIND), samples)
}

/** Measures how well each way of searching answers the samples' questions, in a database with nothing else. */
export async function measureQuality(
  db: Database,
  { halves = HALVES, ways = WAYS }: { halves?: readonly Half[]; ways?: readonly Way[] } = {},
): Promise<Measured[]> {
  const samples = await readSamples()
  await storeSamples(db, samples)
  const ports = portsOf(db)
  const questions = Object.groupBy(readQuestions(), ({ held_out }) =>
    held_out ? 'held_out' : 'tuning',
  )
  const measured = halves.flatMap((half) =>
    ways.map(async (way) => {
      return { way, half, quality: await evaluate(ports[way], questions[half] ?? [], samples) }
    }),
  )
  return Promise.all(measured)
}
