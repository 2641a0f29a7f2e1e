/** What a statement's error means for its caller. `code` is the SQLSTATE. */
export type Fault =
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'data'; readonly code: string; readonly message: string }
  | { readonly kind: 'other' }

// A digit tells them from the five letters of a system's error, such as EPIPE.
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/

// Cardinality, data exception, integrity constraint, and a limit that a value exceeds.
const DATA = new Set(['21', '22', '23', '54'])

// Connection, rolled back for another's sake, resources, operator intervention, system.
const AWAY = new Set(['08', '40', '53', '57', '58'])

/**
 * Sorts an error by the SQLSTATE that it or one of its causes carries (PostgreSQL, appendix A).
 * Without one Postgres did not answer at all: a lost connection, a time-out, or an HTTP status
 * other than 400.
 */
export function classify(error: unknown): Fault {
  const seen = new Set()
  for (let at = error; at instanceof Error && !seen.has(at); at = at.cause) {
    seen.add(at)
    const code = 'code' in at ? at.code : undefined
    if (typeof code === 'string' && SQLSTATE.test(code)) return byState(code, at.message)
  }
  return { kind: 'unavailable' }
}

function byState(code: string, message: string): Fault {
  const group = code.slice(0, 2)
  if (DATA.has(group)) return { kind: 'data', code, message }
  return { kind: AWAY.has(group) ? 'unavailable' : 'other' }
}
