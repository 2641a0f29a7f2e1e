/** What a person calls one of a thing, and several. */
export type Noun = { readonly one: string; readonly many: string }

/** What a pipeline's groups and jobs are to a person, and what the plan of a group reads. */
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

/** The nouns of a pipeline; general ones where the pipeline has none, or is not known yet. */
export function nounsOf(pipeline: string | undefined): Nouns {
  const own = pipeline !== undefined && Object.hasOwn(pipelines, pipeline)
  return (own && pipelines[pipeline]) || general
}

/** A number of things, such as `2,280 postings`, in English: the object does not know the reader's language. */
export function counted(count: number, { one, many }: Noun): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}
