import type { z } from 'zod'

import { type FieldError, invalidInput } from './problem.ts'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** Parses a value. Throws a 422 that names the faulty fields, each with its path below `at`. */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown, at: Path = []): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  // An unknown name is often a misspelling of a missing one, so unknown names come first.
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

/**
 * Finds the branch of a union that the caller meant: the first one that accepts the value itself and finds
 * faults only inside of it. A branch in which a member has another type comes after the others.
 */
function likeliestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const meant = branches.filter((issues) => !issues.some((issue) => isType(issue, 0)))
  return meant.find((issues) => !issues.some((issue) => isType(issue, 1))) ?? meant[0]
}

function isType({ code, path }: Issue, depth: number): boolean {
  return code === 'invalid_type' && path.length === depth
}

function join(path: Path): string {
  return path.map(String).join('.').slice(0, 300)
}
