/** The meaning of a statement's error for its caller. `code` is the SQLSTATE. */
export type Fault =
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'data'; readonly code: string; readonly message: string }
  | { readonly kind: 'other' }

// A SQLSTATE has a digit. Five letters are an error of the system, such as EPIPE.
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/

// The classes of faulty data: cardinality, data exception, integrity constraint, program limit exceeded.
const DATA = new Set(['21', '22', '23', '54'])

// The classes that may pass: connection, transaction rollback, resources, operator intervention, system.
const AWAY = new Set(['08', '40', '53', '57', '58'])

/**
 * Sorts an error by its SQLSTATE or that of one of its causes (PostgreSQL, appendix A). An error without
 * one means that Postgres did not answer: a lost connection, a time-out, or an HTTP status other than 400.
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
