/** A person's word for a thing, in the singular and the plural. */
export type Noun = { readonly one: string; readonly many: string }

/** A person's words for a pipeline's groups and jobs, and for the list that a group's plan reads. */
export type Nouns = { readonly group: Noun; readonly job: Noun; readonly list: Noun }

const pipelines: Readonly<Record<string, Nouns>> = {
  ingestion: {
    group: { one: 'company', many: 'companies' },
    job: { one: 'posting', many: 'postings' },
    list: { one: 'job list', many: 'job lists' },
  },
  documents: {
    group: { one: 'matter', many: 'matters' },
    job: { one: 'document', many: 'documents' },
    list: { one: 'list of documents', many: 'lists of documents' },
  },
}

const general: Nouns = {
  group: { one: 'group', many: 'groups' },
  job: { one: 'job', many: 'jobs' },
  list: { one: 'list of jobs', many: 'lists of jobs' },
}

/** Returns a pipeline's nouns, or general nouns if the pipeline has none or is not known yet. */
export function nounsOf(pipeline: string | undefined): Nouns {
  const own = pipeline !== undefined && Object.hasOwn(pipelines, pipeline)
  return (own && pipelines[pipeline]) || general
}

/** Formats a count, such as `2,280 postings`. Always in English: an object does not know its reader's language. */
export function counted(count: number, { one, many }: Noun): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}
