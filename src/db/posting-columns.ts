// The columns that hold what a source says of a posting, by their type. What it was crawled from,
// and when it was seen, is no content.
const types: Readonly<Record<string, string>> = {
  title: 'text',
  url: 'text',
  apply_url: 'text',
  locations: 'text[]',
  remote: 'boolean',
  department: 'text',
  employment_type: 'text',
  salary: 'jsonb',
  description_html: 'text',
  description_text: 'text',
  posted_at: 'timestamptz',
  updated_at: 'timestamptz',
  valid_through: 'timestamptz',
}

export const contentColumns: readonly string[] = Object.keys(types)

const definitions = contentColumns.map((name) => `${name} ${types[name]}`).join(', ')

/** The PostingRecord that `json` holds, as an item of a FROM clause named `found`. */
export const foundIn = (json: string) => `LATERAL jsonb_to_record(${json}) AS found(${definitions})`

const contentOf = (table: string) =>
  `(${contentColumns.map((name) => `${table}.${name}`).join(', ')})`

/** Whether a posting as found differs from a stored one; one that was expired and is back does. */
export const differs = ({ stored, found }: { stored: string; found: string }) =>
  `(${stored}.status <> 'open' OR ${contentOf(stored)} IS DISTINCT FROM ${contentOf(found)})`
