import type { z } from 'zod'

import { type FieldError, invalidInput } from './problem.ts'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** What the schema makes of a value, or a 422 that names the fields at fault below `at`. */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown, at: Path = []): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  // A name that is not known often explains what is missing: it is told first.
  const issues = parsed.error.issues.toSorted((a, b) => rank(a) - rank(b))
  throw invalidInput(issues.flatMap((issue) => describe(issue, at)))
}

function rank({ code }: Issue): number {
  return code === 'unrecognized_keys' ? 0 : 1
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
