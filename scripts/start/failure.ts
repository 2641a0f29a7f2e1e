/** Why a start cannot go on: one line for a person, naming what to mend and how. */
export class StartFailure extends Error {}

/** The text of whatever was thrown, on one line. */
export function explain(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error)
  return text.replace(/\s*\n\s*/g, ' ')
}
