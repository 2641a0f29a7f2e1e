import { ProblemError } from './problem.ts'

const INVALID_TOKEN = 'Bearer error="invalid_token"'

export function invalidToken(detail: string): ProblemError {
  return unauthorized(INVALID_TOKEN, detail)
}

/** An expired token has a problem code of its own, because the client can get a new token and try again. */
export function tokenExpired(): ProblemError {
  const headers = { 'www-authenticate': INVALID_TOKEN }
  return new ProblemError('token-expired', { detail: 'The token has expired.', headers })
}

export function unauthorized(challenge: string, detail: string): ProblemError {
  return new ProblemError('unauthorized', { detail, headers: { 'www-authenticate': challenge } })
}
