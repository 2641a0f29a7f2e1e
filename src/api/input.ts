import { z } from 'zod'

import { givenText } from '../protocol/text.ts'
import { type FieldError, invalidInput } from './problem.ts'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** What the schema makes of a value, or a 422 that names the fields at fault below `at`. */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown, at: Path = []): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw invalidInput(parsed.error.issues.flatMap((issue) => describe(issue, at)))
}

/** What is looked for, or a cursor. */
export const QueryText = givenText(1_000)

/** `?limit=`: how many entries a page holds. */
export function limitSchema({ normal, max }: { normal: number; max: number }): z.ZodType<number> {
  const message = `a whole number from 1 to ${max}`
  return z
    .string()
    .regex(/^[0-9]{1,6}$/, message)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= max, message)
    .default(normal)
}

function describe(issue: Issue, at: Path): FieldError[] {
  const path = [...at, ...issue.path]
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: join([...path, key]), message: 'is not known here' }))
  const branch = issue.code === 'invalid_union' ? likeliestBranch(issue.errors) : undefined
  if (branch !== undefined) return branch.flatMap((inner) => describe(inner, path))
  return [{ path: join(path), message: issue.message }]
}

/** Of a union's branches, the one whose kind of value was meant: its faults lie deeper. */
function likeliestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches.find(
    (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  )
}

function join(path: Path): string {
  return path.map(String).join('.').slice(0, 300)
}
