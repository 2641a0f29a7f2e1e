import { z } from 'zod'

import { ExternalId, GroupKey } from '../../protocol/ids.ts'
import { givenName, givenText } from '../../protocol/text.ts'
import type { JobSeed, Pipeline, PlanTask, WorkPorts, WorkResult, WorkTask } from '../pipeline.ts'

const Chapter = z.strictObject({ title: givenName(200), text: givenText(100_000) })

const Book = z.strictObject({ title: givenName(200), chapters: z.array(Chapter).min(1).max(1_000) })

const Books = z.strictObject({ books: z.array(Book).min(1).max(100) })

/** Counts the words of books: a group is a book, a job one of its chapters. */
export const books: Pipeline<z.infer<typeof Books>> = {
  name: 'books',
  input: Books,
  limits: { flight_jobs: 20, plan_deadline_ms: 60_000, job_deadline_ms: 60_000 },
  nouns: {
    group: { one: 'book', many: 'books' },
    job: { one: 'chapter', many: 'chapters' },
    list: { one: 'table of contents', many: 'tables of contents' },
  },
  phases: { planning: 'Reading tables of contents', working: 'Reading chapters' },
  steps: [{ step: 'counting', words: 'Counting words' }],
  mendable: ['no_words'],
  groups: (input) => input.books.map((book) => ({ key: GroupKey.parse(book.title), input: book })),
  inputOf: (groups) => ({ books: groups.map(({ input }) => input) }),
  plan,
  work,
}

/** Finds the chapters of one book, in batches. A plan that reads a site would yield a batch a page. */
async function* plan({ input }: PlanTask): AsyncGenerator<readonly JobSeed[]> {
  const { chapters } = Book.parse(input)
  yield chapters.map(({ title, text }, n) => ({
    external_id: ExternalId.parse(`${n + 1}`),
    title,
    payload: text,
  }))
}

/** Counts the words of one chapter. It may run more than once, and its result takes effect once. */
async function work({ payload }: WorkTask, ports: Pick<WorkPorts, 'step'>): Promise<WorkResult> {
  ports.step('counting', { progress: 0, message: 'Counting the words' })
  const words =
    z
      .string()
      .parse(payload)
      .match(/\p{L}+/gu) ?? []
  if (words.length === 0) return { kind: 'failed', failure: NO_WORDS }
  return { kind: 'ready', result: { words: words.length, different: new Set(words).size } }
}

/** The same text fails again, so it is not retryable: its user mends the book. */
const NO_WORDS = {
  code: 'no_words',
  message: 'This chapter has no words. Add its text and start another run.',
  retryable: false,
}
