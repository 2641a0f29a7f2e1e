import { resolver } from 'hono-openapi'
import { z } from 'zod'

import { schemaNames } from './schema-names.ts'

/**
 * Makes a schema of the OpenAPI document. `input` describes what a client sends, before defaults and
 * transforms. `output` describes what a client gets, and allows members that a later version may add.
 */
export function openapiSchema(schema: z.ZodType, io: 'input' | 'output') {
  const options = { io, unrepresentable: 'any', metadata: schemaNames, override }
  return resolver(schema, { options })
}

type Override = { readonly zodSchema: z.core.$ZodType; readonly jsonSchema: object }

function override({ zodSchema, jsonSchema }: Override): void {
  tidy(jsonSchema)
  if (zodSchema instanceof z.ZodObject && zodSchema.def.catchall === undefined) loosen(jsonSchema)
  // The metadata of these schemas has ready-made JSON Schema: of the entries of an input (ZodUnknown), or of
  // the members of an answer (ZodCustom).
  if (zodSchema instanceof z.ZodUnknown) forEachPart(jsonSchema, tidy)
  if (zodSchema instanceof z.ZodCustom)
    forEachPart(jsonSchema, (part) => {
      tidy(part)
      loosen(part)
    })
}

/** Removes what zod adds to each schema and no reader needs: the range of safe integers, and `$schema`. */
function tidy(schema: object): void {
  if (Reflect.get(schema, 'minimum') === Number.MIN_SAFE_INTEGER)
    Reflect.deleteProperty(schema, 'minimum')
  if (Reflect.get(schema, 'maximum') === Number.MAX_SAFE_INTEGER)
    Reflect.deleteProperty(schema, 'maximum')
  Reflect.deleteProperty(schema, '$schema')
}

/** Allows an object to have members that the schema does not name. */
function loosen(schema: object): void {
  if (Reflect.get(schema, 'additionalProperties') === false)
    Reflect.deleteProperty(schema, 'additionalProperties')
}

function forEachPart(schema: object, visit: (part: object) => void): void {
  visit(schema)
  for (const part of Object.values(schema))
    if (typeof part === 'object' && part !== null) forEachPart(part, visit)
}
