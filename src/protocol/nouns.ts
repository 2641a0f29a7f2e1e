import { z } from 'zod'

/** What a person calls one of a thing, and several. */
export const Noun = z.object({ one: z.string(), many: z.string() })
export type Noun = z.infer<typeof Noun>

/** What a pipeline's groups and jobs are to a person, and what the plan of a group reads. */
export const Nouns = z.object({ group: Noun, job: Noun, list: Noun })
export type Nouns = z.infer<typeof Nouns>

/** For a pipeline that is not known, or not known yet. */
export const generalNouns: Nouns = {
  group: { one: 'group', many: 'groups' },
  job: { one: 'job', many: 'jobs' },
  list: { one: 'list of jobs', many: 'lists of jobs' },
}

/** A number of things, such as `2,280 postings`, in English: the object does not know the reader's language. */
export function counted(count: number, { one, many }: Noun): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}
