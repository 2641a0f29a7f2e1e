import { DriftField } from '../protocol/visit.ts'

/** The columns and details that hold a field of a posting, by the names of the fields that a visit counts. */
const DETAILS: Readonly<Record<string, readonly string[]>> = {
  locations: ['places'],
  employment_type: ['employment_types'],
  remote: ['workplace'],
  employer: ['employer'],
  team: ['team'],
}
/** The fields that have no column of their own. */
const ONLY_DETAILS: ReadonlySet<string> = new Set(['employer', 'team'])
const COLUMNS = DriftField.options.filter((name) => !ONLY_DETAILS.has(name))

/** The facets that are made of a field. */
const FACETS: Readonly<Record<string, string>> = {
  locations: 'country',
  department: 'department',
  employment_type: 'employment_type',
  remote: 'workplace',
}

const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ')
const pairs = (names: readonly (readonly [string, string])[]) =>
  names.map(([name, value]) => `('${name}', '${value}')`).join(', ')

const columns = `SELECT coalesce(jsonb_object_agg(name, value), '{}')
  FROM (SELECT name, to_jsonb(before)->name AS value FROM unnest(ARRAY[${list(COLUMNS)}]) AS name) AS stored
  WHERE keep ? name AND jsonb_typeof(value) <> 'null'
    AND coalesce(nullif(posting->name, '[]'), 'null') = 'null'`

const details = `SELECT coalesce(jsonb_object_agg(name, before.details->name), '{}')
  FROM (VALUES ${pairs(Object.entries(DETAILS).flatMap(([field, names]) => names.map((name) => [field, name] as const)))}) AS of(field, name)
  WHERE keep ? field AND before.details ? name`

/** A workplace that nothing says is a facet too. */
const facets = `SELECT coalesce(jsonb_agg(facet ORDER BY place), '[]') FROM (
  SELECT facet, place FROM jsonb_array_elements_text(posting->'facets') WITH ORDINALITY AS own(facet, place)
  WHERE facet <> 'workplace:unknown' OR NOT keep ? 'remote'
  UNION ALL
  SELECT facet, 1000 + place FROM unnest(before.facets) WITH ORDINALITY AS kept(facet, place)
  JOIN (VALUES ${pairs(Object.entries(FACETS))}) AS of(field, name) ON keep ? field AND split_part(facet, ':', 1) = name
  WHERE NOT EXISTS (SELECT FROM jsonb_array_elements_text(posting->'facets') AS own
    WHERE split_part(own, ':', 1) = name AND own <> 'workplace:unknown')
) AS facets`

/**
 * An SQL expression: the record `posting` with the stored posting's values (`before`) of the fields in the list `keep`
 * that the record lacks.
 */
export const withKept = (given: { readonly posting: string; readonly keep: string }) => `(
  SELECT posting || (${columns}) || jsonb_build_object(
    'details', (${details}) || (posting->'details'), 'facets', (${facets}))
  FROM (SELECT ${given.posting} AS posting, ${given.keep} AS keep) AS given)`
