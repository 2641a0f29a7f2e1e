import { resolver } from 'hono-openapi'
import { z } from 'zod'

import { schemaNames } from './schema-names.ts'

/**
 * A schema as the generator of the document wants it. `input`: what a client sends, before defaults and
 * transforms. `output`: what a client gets; members that are not named may come with a later version.
 */
export function openapiSchema(schema: z.ZodType, io: 'input' | 'output') {
  const options = { io, unrepresentable: 'any', metadata: schemaNames, override }
  return resolver(schema, { options })
}

type Override = { readonly zodSchema: z.core.$ZodType; readonly jsonSchema: object }

function override({ zodSchema, jsonSchema }: Override): void {
  tidy(jsonSchema)
  if (zodSchema instanceof z.ZodObject && zodSchema.def.catchall === undefined) loosen(jsonSchema)
  // What these hold was made JSON Schema beforehand: entries of an input, or members of an answer.
  if (zodSchema instanceof z.ZodUnknown) forEachPart(jsonSchema, tidy)
  if (zodSchema instanceof z.ZodCustom)
    forEachPart(jsonSchema, (part) => {
      tidy(part)
      loosen(part)
    })
}

/** zod says of each integer that a double can hold it, which tells nobody anything. */
function tidy(schema: object): void {
  if (Reflect.get(schema, 'minimum') === Number.MIN_SAFE_INTEGER)
    Reflect.deleteProperty(schema, 'minimum')
  if (Reflect.get(schema, 'maximum') === Number.MAX_SAFE_INTEGER)
    Reflect.deleteProperty(schema, 'maximum')
  Reflect.deleteProperty(schema, '$schema')
}

function loosen(schema: object): void {
  if (Reflect.get(schema, 'additionalProperties') === false)
    Reflect.deleteProperty(schema, 'additionalProperties')
}

function forEachPart(schema: object, visit: (part: object) => void): void {
  visit(schema)
  for (const part of Object.values(schema))
    if (typeof part === 'object' && part !== null) forEachPart(part, visit)
}
