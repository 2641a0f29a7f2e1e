import { z } from 'zod'

/** A place of a schema that takes text, and the schema that reads what is given there. */
type StringPlace = { readonly path: string; readonly schema: z.ZodType }

/** What a schema takes without reading it: another schema must. */
type OpaquePlace = { readonly path: string; readonly type: string }

type Places = { readonly strings: StringPlace[]; readonly opaque: OpaquePlace[] }

/**
 * Every place where an input of this schema may hold text. A schema that first reads text and then
 * makes something of it (a number, an id) is one place as a whole.
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

/** The schemas that this one is made of, each with where its value stands. Undefined: it cannot be told. */
function partsOf(schema: z.ZodType): readonly Part[] | undefined {
  const { def } = schema
  if (schema instanceof z.ZodObject) {
    const members = Object.entries(schema.shape).map(([name, member]) => partAt(`.${name}`, member))
    return 'catchall' in def ? [...members, partAt('.*', def.catchall)] : members
  }
  if (schema instanceof z.ZodArray) return [partAt('[]', schema.element)]
  if (schema instanceof z.ZodUnion) return schema.options.map((option) => partAt('', option))
  // A transform that comes first (`z.preprocess`) hands what it makes to the schema after it.
  if (schema instanceof z.ZodPipe)
    return [partAt('', schema.in instanceof z.ZodTransform ? schema.out : schema.in)]
  return 'innerType' in def ? [partAt('', def.innerType)] : undefined
}

function partAt(at: string, schema: unknown): Part {
  if (schema instanceof z.ZodType) return [at, schema]
  throw new TypeError(`what stands at ${at} is no schema`)
}

/** Whether it reads text and nothing else. */
function takesText(schema: z.ZodType): boolean {
  if (schema.def.type === 'string') return true
  if (schema instanceof z.ZodPipe) return takesPart(schema.in)
  return 'innerType' in schema.def && takesPart(schema.def.innerType)
}

function takesPart(schema: unknown): boolean {
  return schema instanceof z.ZodType && takesText(schema)
}
