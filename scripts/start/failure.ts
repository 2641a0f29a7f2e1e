/** Says in one line for a person why a start cannot go on, what to change, and how. */
export class StartFailure extends Error {}

/** The message of any thrown value, on one line. */
export function explain(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error)
  return text.replace(/\s*\n\s*/g, ' ')
}
