import { type ProblemCode, problems } from '../../protocol/problems.ts'
import type { Access, Body, Contract } from './contract.ts'

/** The problems of a token's check. */
const TOKEN: readonly ProblemCode[] = ['unauthorized', 'token-expired', 'unavailable']
const BODY: readonly ProblemCode[] = ['too-slow', 'too-large', 'unsupported-media-type']

const BY_ACCESS: Readonly<Record<Access, readonly ProblemCode[]>> = {
  anyone: [],
  owner: TOKEN,
  reader: [...TOKEN, 'not-found'],
  watcher: [...TOKEN, 'not-found'],
  subscriber: TOKEN,
  visitor: [...TOKEN, 'not-found'],
}

const BY_BODY: Readonly<Record<Body['kind'], readonly ProblemCode[]>> = {
  json: ['invalid-json', 'invalid-input', ...BODY],
  form: ['invalid-form', 'invalid-input', ...BODY],
  bytes: ['invalid-form', ...BODY],
}

/**
 * Lists all problems with which a route can answer: those of its access, its parameters and its body, and its
 * own.
 */
export function problemsOf(contract: Contract): readonly ProblemCode[] {
  const { access, params, query, headers, body, problems: own = [] } = contract
  const codes = new Set<ProblemCode>([
    ...BY_ACCESS[access],
    ...(params === undefined ? [] : (['not-found'] as const)),
    ...(params !== undefined && 'run_id' in params.shape ? (['deleted'] as const) : []),
    ...(query === undefined && headers === undefined ? [] : (['invalid-input'] as const)),
    ...(body === undefined ? [] : BY_BODY[body.kind]),
    ...own,
    'internal',
  ])
  return [...codes].toSorted((a, b) => problems[a].status - problems[b].status)
}
