import { z } from 'zod'

/** A place of a schema at which text is allowed, and the schema that checks the text. */
type StringPlace = { readonly path: string; readonly schema: z.ZodType }

/** A place that a schema accepts without reading it. Another schema must read it. */
type OpaquePlace = { readonly path: string; readonly type: string }

type Places = { readonly strings: StringPlace[]; readonly opaque: OpaquePlace[] }

/**
 * Finds every place at which an input of this schema may have text. If a schema first reads text and then
 * makes a number or an id of it, the whole schema is one place.
 */
export function placesIn(schema: z.ZodType, path = ''): Places {
  if (takesText(schema)) return { strings: [{ path, schema }], opaque: [] }
  if (HOLDS_NO_TEXT.has(schema.def.type)) return { strings: [], opaque: [] }
  const parts = partsOf(schema)
  if (parts === undefined)
    return { strings: [], opaque: [{ path: path.replace(/^\./, ''), type: schema.def.type }] }
  const found = parts.map(([at, part]) => placesIn(part, path + at))
  return {
    strings: found.flatMap(({ strings }) => strings),
    opaque: found.flatMap(({ opaque }) => opaque),
  }
}

const HOLDS_NO_TEXT = new Set(['number', 'int', 'boolean', 'enum', 'literal', 'never', 'null'])

type Part = readonly [at: string, schema: z.ZodType]

/**
 * Returns the parts of a schema, each with the place of its value. Returns undefined if the schema does not
 * tell.
 */
function partsOf(schema: z.ZodType): readonly Part[] | undefined {
  const { def } = schema
  if (schema instanceof z.ZodObject) {
    const members = Object.entries(schema.shape).map(([name, member]) => partAt(`.${name}`, member))
    return 'catchall' in def ? [...members, partAt('.*', def.catchall)] : members
  }
  if (schema instanceof z.ZodArray) return [partAt('[]', schema.element)]
  if (schema instanceof z.ZodRecord)
    return [partAt('.<key>', schema.keyType), partAt('.*', schema.valueType)]
  if (schema instanceof z.ZodUnion) return schema.options.map((option) => partAt('', option))
  // A transform that comes first (`z.preprocess`) gives its result to the schema after it.
  if (schema instanceof z.ZodPipe)
    return [partAt('', schema.in instanceof z.ZodTransform ? schema.out : schema.in)]
  return 'innerType' in def ? [partAt('', def.innerType)] : undefined
}

function partAt(at: string, schema: unknown): Part {
  if (schema instanceof z.ZodType) return [at, schema]
  throw new TypeError(`the value at ${at} is not a schema`)
}

/** True if the schema accepts text and nothing else. */
function takesText(schema: z.ZodType): boolean {
  if (schema.def.type === 'string') return true
  if (schema instanceof z.ZodPipe) return takesPart(schema.in)
  return 'innerType' in schema.def && takesPart(schema.def.innerType)
}

function takesPart(schema: unknown): boolean {
  return schema instanceof z.ZodType && takesText(schema)
}
