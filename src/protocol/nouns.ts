import type { Noun, Nouns } from './pipelines.ts'

/** The nouns for a pipeline that is unknown, or not known yet. */
export const generalNouns: Nouns = {
  group: { one: 'group', many: 'groups' },
  job: { one: 'job', many: 'jobs' },
  list: { one: 'list of jobs', many: 'lists of jobs' },
}

/** Formats a count, such as `2,280 postings`. Always in English: an object does not know its reader's language. */
export function counted(count: number, { one, many }: Noun): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}
