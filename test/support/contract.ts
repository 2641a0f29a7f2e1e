import { Ajv2020 } from 'ajv/dist/2020.js'
import { z } from 'zod'

const Schema = z.looseObject({})

const Parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().default(false),
  schema: z.looseObject({ examples: z.array(z.json()).default([]) }),
})

const Content = z.record(
  z.string(),
  z.looseObject({ schema: Schema, example: z.json().optional() }),
)

const OperationText = z.object({
  parameters: z.array(Parameter).default([]),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.object({ content: Content.default({}) })),
})

const Document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), OperationText)) })

/** One operation of the API's contract. */
export type Operation = z.infer<typeof OperationText> & {
  readonly method: string
  readonly path: string
}

/** An answer that is checked against the contract. `body` is its parsed JSON, or the list of its parsed lines. */
export type Answered = { readonly status: number; readonly type: string; readonly body?: unknown }

/** The API's contract, from `/api/openapi.json`. */
export class ApiContract {
  readonly operations: readonly Operation[]
  private readonly ajv = new Ajv2020({ strict: false, validateFormats: false })

  constructor(json: unknown) {
    const { paths } = Document.parse(json)
    this.operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...operation,
        method: method.toUpperCase(),
        path,
      })),
    )
    this.ajv.addSchema(Schema.parse(json), 'openapi')
  }

  /** Finds the operation of a request. Returns undefined if the contract lacks the path or the method. */
  find(method: string, pathname: string): Operation | undefined {
    const asked = method === 'HEAD' ? 'GET' : method
    const those = this.operations.filter((one) => one.method === asked)
    // A path without a parameter takes precedence over a path with one, and a parameter that contains slashes comes last.
    const inOrder = those.toSorted((one, other) => count(one.path) - count(other.path))
    return (
      inOrder.find(({ path }) => patternOf(path, '[^/]+').test(pathname)) ??
      inOrder.find(
        ({ path }) => path.endsWith('{external_id}') && patternOf(path, '.+').test(pathname),
      )
    )
  }

  /** Says which part of an answer the contract does not have. Returns undefined if it has all of them. */
  faultOf({ method, path, responses }: Operation, answer: Answered): string | undefined {
    const { status, type, body } = answer
    const content = responses[status]?.content
    if (content === undefined) return `${status} is not in the contract: ${JSON.stringify(body)}`
    const [media = ''] = type.split(';')
    if (body === undefined) return undefined
    if (!(media in content)) return `${status} is ${media}, and not in the contract as that`
    const at = ['paths', path, method.toLowerCase(), 'responses', String(status), 'content', media]
    const pointer = at.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')
    const validate = this.ajv.getSchema(`openapi#/${encodeURI(pointer)}/schema`)
    if (validate === undefined) throw new Error(`there is no schema at ${pointer}`)
    for (const value of valuesOf(media, body)) {
      if (validate(value) === true) continue
      const text = JSON.stringify(value).slice(0, 300)
      return `${status} ${text}: ${this.ajv.errorsText(validate.errors)}`
    }
    return undefined
  }

  /** Follows a reference to its schema. */
  resolve(schema: Schema): Schema {
    const reference = schema['$ref']
    if (typeof reference !== 'string') return schema
    return Schema.parse(this.ajv.getSchema(`openapi${reference}`)?.schema)
  }
}

export type Schema = z.infer<typeof Schema>

/** The schema of NDJSON is that of each line. */
function valuesOf(media: string, body: unknown): readonly unknown[] {
  return media === 'application/x-ndjson' && Array.isArray(body) ? body : [body]
}

/** Makes the pattern of a path, whose last parameter has the pattern `last`. */
function patternOf(path: string, last: string): RegExp {
  const parts = path.split(/\{\w+\}/).map((part) => part.replaceAll('.', String.raw`\.`))
  const end = parts.length > 1 ? last + (parts.pop() ?? '') : ''
  return new RegExp(`^${parts.join('[^/]+')}${end}$`, 's')
}

function count(path: string): number {
  return path.split('{').length
}
