import * as fc from 'fast-check'

import type { ApiContract, Operation, Schema } from './contract.ts'

/** A request in the contract's terms. */
export type ContractRequest = {
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  /** The JSON of a body, the members of a form, or the bytes of a file as text. */
  readonly body?: unknown
}

/** Makes the request that the contract gives as an example. */
export function exampleOf(operation: Operation): ContractRequest {
  const valuesIn = (place: string) =>
    Object.fromEntries(
      operation.parameters
        .filter((one) => one.in === place && one.schema.examples.length > 0)
        .map((one) => [one.name, textOfExample(one.schema.examples[0])]),
    )
  const [content] = Object.values(operation.requestBody?.content ?? {})
  return {
    path: valuesIn('path'),
    query: valuesIn('query'),
    headers: valuesIn('header'),
    ...(content === undefined ? {} : { body: content.example }),
  }
}

function textOfExample(example: unknown): string {
  return typeof example === 'string' ? example : JSON.stringify(example)
}

/** Generates requests that keep to the contract's schemas, and now and then one that does not. */
export function requestsOf(contract: ApiContract, operation: Operation) {
  const valuesIn = (place: string) => {
    const those = operation.parameters.filter((one) => one.in === place)
    const members = those.map((one) => [one.name, arbitraryOf(contract, one.schema).map(String)])
    const required = those.filter((one) => one.required).map(({ name }) => name)
    return fc.record<Record<string, string>>(Object.fromEntries(members), {
      requiredKeys: required,
    })
  }
  const [content] = Object.values(operation.requestBody?.content ?? {})
  const body =
    content === undefined ? fc.constant(undefined) : mostly(arbitraryOf(contract, content.schema))
  return fc.record({
    path: valuesIn('path'),
    query: valuesIn('query'),
    headers: valuesIn('header'),
    body,
  })
}

function mostly(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: fc.jsonValue() })
}

/** The most entries of a list: enough for the faults of lists, and few enough to send often. */
const ENTRIES = 3

function arbitraryOf(contract: ApiContract, given: Schema): fc.Arbitrary<unknown> {
  const schema = contract.resolve(given)
  const options = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(options))
    return fc.oneof(...options.map((option: Schema) => arbitraryOf(contract, option)))
  if ('const' in schema) return fc.constant(schema['const'])
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...schema['enum'])
  switch (schema['type']) {
    case 'string':
      return textOf(schema)
    case 'integer':
      return fc.integer({
        min: numberOf(schema, 'minimum', -5),
        max: numberOf(schema, 'maximum', 1e15),
      })
    case 'boolean':
      return fc.boolean()
    case 'array':
      return fc.array(arbitraryOf(contract, partOf(schema, 'items')), {
        minLength: Math.min(ENTRIES, numberOf(schema, 'minItems', 0)),
        maxLength: ENTRIES,
      })
    case 'object':
      return objectOf(contract, schema)
    default:
      return fc.jsonValue()
  }
}

function textOf(schema: Schema): fc.Arbitrary<string> {
  const { pattern } = schema
  const maxLength = Math.min(numberOf(schema, 'maxLength', 100), 2_000)
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern))
  const unit = fc.constantFrom<'grapheme' | 'binary'>('grapheme', 'binary')
  return unit.chain((one) =>
    fc.string({ unit: one, minLength: numberOf(schema, 'minLength', 0), maxLength }),
  )
}

function objectOf(contract: ApiContract, schema: Schema): fc.Arbitrary<unknown> {
  const properties = Object.entries(partOf(schema, 'properties'))
  const members = properties.map(([name, member]) => [
    name,
    arbitraryOf(contract, partOf({ member }, 'member')),
  ])
  const required = Array.isArray(schema['required']) ? schema['required'].map(String) : []
  const whole: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(members)
  return fc.record<Record<string, unknown>>(whole, { requiredKeys: required })
}

function partOf(schema: Schema, name: string): Schema {
  const part = schema[name]
  return typeof part === 'object' && part !== null ? { ...part } : {}
}

function numberOf(schema: Schema, name: string, otherwise: number): number {
  const value = schema[name]
  return typeof value === 'number' ? value : otherwise
}
