import { z } from 'zod'

type Schema = z.core.JSONSchema.BaseSchema

/**
 * Prints the types of the wire as plain TypeScript, so that the library's types do not need zod. A schema
 * inside another one is printed as its name, if it has one.
 */
export class PlainTypes {
  readonly #schemas = new Map<string, Schema>()
  /** The name of each schema, by the schema's key. */
  readonly #names = new Map<string, string>()

  add(name: string, type: z.ZodType): void {
    if (this.#schemas.has(name)) throw new TypeError(`two schemas are called ${name}`)
    const schema = z.toJSONSchema(type, { unrepresentable: 'any', io: 'output' })
    this.#schemas.set(name, schema)
    // A schema without members, such as a string, is clearer without a name.
    const key = keyOf(schema)
    if ((schema.properties || schema.enum) && !this.#names.has(key)) this.#names.set(key, name)
  }

  /** Prints a schema by its name wherever another schema has it, though it has no members. */
  name(name: string): void {
    const schema = this.#schemas.get(name)
    if (!schema) throw new TypeError(`no schema is called ${name}`)
    this.#names.set(keyOf(schema), name)
  }

  /** Prints the members of a schema, not its name. */
  print(name: string): string {
    const schema = this.#schemas.get(name)
    if (!schema) throw new TypeError(`no schema is called ${name}`)
    return this.#print(schema)
  }

  #print(schema: Schema): string {
    if (schema.const !== undefined) return JSON.stringify(schema.const)
    if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
    const choice = schema.anyOf ?? schema.oneOf
    if (choice) return choice.map((one) => this.#name(one)).join(' | ')
    switch (schema.type) {
      case 'string':
      case 'boolean':
      case 'null':
        return schema.type
      case 'integer':
      case 'number':
        return 'number'
      case 'array':
        return this.#printArray(schema)
      default:
        return this.#printMembers(schema)
    }
  }

  #name(schema: z.core.JSONSchema._JSONSchema | undefined): string {
    if (typeof schema !== 'object') throw new TypeError(`no type for ${JSON.stringify(schema)}`)
    return this.#names.get(keyOf(schema)) ?? this.#print(schema)
  }

  #printArray({ items, prefixItems }: Schema): string {
    if (prefixItems) return `[${prefixItems.map((item) => this.#name(item)).join(', ')}]`
    if (Array.isArray(items)) throw new TypeError('no type for an older form of tuple')
    return `Array<${this.#name(items)}>`
  }

  #printMembers(schema: Schema): string {
    if (schema.properties) return this.#printObject(schema)
    return schema.additionalProperties ? this.#printRecord(schema) : 'unknown'
  }

  #printObject({ properties = {}, required = [] }: Schema): string {
    const members = Object.entries(properties).map(([name, member]) => {
      const optional = required.includes(name) ? '' : '?'
      return `${/^\w+$/.test(name) ? name : JSON.stringify(name)}${optional}: ${this.#name(member)}`
    })
    return `{ ${members.join('; ')} }`
  }

  /** Prints a record type. Its keys are any strings, or the values of an enum. */
  #printRecord({ additionalProperties, propertyNames, required }: Schema): string {
    const names = propertyNames === undefined ? 'string' : this.#name(propertyNames)
    const record = `Record<${names}, ${this.#name(additionalProperties)}>`
    return `Readonly<${names === 'string' || required ? record : `Partial<${record}>`}>`
  }
}

/** Identifies a schema by its content, so that equal schemas have one key under any name. */
function keyOf({ $schema: _dialect, ...schema }: Schema): string {
  return JSON.stringify(schema)
}
