// The types of the columns that hold a posting's content. The page that it was crawled from and the times at
// which it was seen are not content.
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
  closed_at: 'timestamptz',
  details: 'jsonb',
  facets: 'text[]',
  words: 'text',
  likeness: 'integer[]',
}

export const contentColumns: readonly string[] = Object.keys(types)

const definitions = contentColumns.map((name) => `${name} ${types[name]}`).join(', ')

/** Reads the PostingRecord in `json` as the item `found` of a FROM clause. */
export const foundIn = (json: string) => `LATERAL jsonb_to_record(${json}) AS found(${definitions})`

/** The last visit that wrote the posting, or whose complete listing lacked it. */
export const fence = (table: string) => `greatest(${table}.visit, ${table}.missed_visit)`

/**
 * The columns that a change alone does not change a posting for its readers: sources touch their dates, and put
 * tokens into addresses and links, on every visit. Such a difference is stored all the same.
 */
const touched: ReadonlySet<string> = new Set([
  'url',
  'apply_url',
  'description_html',
  'posted_at',
  'updated_at',
  'valid_through',
  'closed_at',
  'details',
  'facets',
  'words',
  'likeness',
])

const readColumns = contentColumns.filter((name) => !touched.has(name))

const contentOf = (table: string) => `(${readColumns.map((name) => `${table}.${name}`).join(', ')})`

/** The details whose change is a change of the posting. The others are derived, or ids. */
const SAID = ['employer', 'team', 'workplace']

/** The words of an employment, without the kind that was read from them. */
const words = (table: string) =>
  `jsonb_path_query_array(nullif(${table}.details->'employment_types', '[]'), '$[*].text')`

/**
 * True if a detail has another value than before. A first value is no change, nor is one that is gone: a version
 * of Runcast that reads more fields would otherwise announce every posting as changed.
 */
const detailsDiffer = (stored: string, found: string) =>
  [
    ...SAID.map((name) => `${stored}.details->'${name}' <> ${found}.details->'${name}'`),
    `${words(stored)} <> ${words(found)}`,
  ]
    .map((differs) => `(${differs}) IS TRUE`)
    .join(' OR ')

/** The fields of a change, each with an expression over a table for its value as JSON. */
const changing: Readonly<Record<string, (table: string) => string>> = {
  ...Object.fromEntries(
    readColumns.map((name) => [name, (table: string) => `to_jsonb(${table}.${name})`]),
  ),
  ...Object.fromEntries(
    SAID.map((name) => [name, (table: string) => `${table}.details->'${name}'`]),
  ),
  employment_words: words,
  closed: (table) => `to_jsonb(${table}.closed_at IS NOT NULL)`,
}

/** The details of which a first value, or one that is gone, is no change. */
const onlyBetweenValues: ReadonlySet<string> = new Set([...SAID, 'employment_words'])

/**
 * An SQL expression: a JSON object of the fields in which a found posting differs from the stored one, each with its
 * values before and after.
 */
export const changesOf = ({ stored, found }: { stored: string; found: string }) =>
  Object.entries(changing)
    .map(([name, valueIn]) => {
      const [before, after] = [valueIn(stored), valueIn(found)]
      const changed = onlyBetweenValues.has(name)
        ? `(${before} <> ${after}) IS TRUE`
        : `${before} IS DISTINCT FROM ${after}`
      return `CASE WHEN ${changed} THEN jsonb_build_object('${name}', jsonb_build_array(${before}, ${after})) ELSE '{}' END`
    })
    .join(' || ')

/**
 * True if readers would read a found posting differently than the stored one, or if the stored one had expired, or
 * one of them is closed by its page.
 */
export const differs = ({ stored, found }: { stored: string; found: string }) =>
  `(${stored}.status <> 'open' OR ${contentOf(stored)} IS DISTINCT FROM ${contentOf(found)}
    OR (${stored}.closed_at IS NULL) <> (${found}.closed_at IS NULL)
    OR ${detailsDiffer(stored, found)})`
