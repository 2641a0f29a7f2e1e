/** Writes one structured line. No field may hold a token or a query string. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, unknown>>,
) => void

/** Writes to the console, which the platform collects. */
export const consoleLog: Log = (level, message, fields) => {
  // oxlint-disable-next-line no-console -- the one place that writes: everything else gets a Log
  console[level](JSON.stringify({ level, message, ...fields }))
}

/** The most characters of an error: a schema's error may list a fault for each of 10,000 entries. */
const LINE_LENGTH = 2_000

/** Describes an error and its causes, outermost first, and the stack frames of the innermost. */
export function describeError(error: unknown): string[] {
  if (!(error instanceof Error)) return [textOf(error)]
  const line = `${error.name}: ${error.message}`.slice(0, LINE_LENGTH)
  if (error.cause !== undefined) return [line, ...describeError(error.cause)]
  return [line, ...stackFrames(error.stack ?? '')]
}

/** A thrown value may be anything, even one that cannot be converted to text. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown).slice(0, LINE_LENGTH)
  } catch {
    return 'something was thrown that is no error and no text'
  }
}

function stackFrames(stack: string): string[] {
  const lines = stack.split('\n').map((line) => line.trim())
  return lines.filter((line) => line.startsWith('at ')).slice(0, 10)
}
