/** One structured line. No field may hold a token or a query string. */
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

/** An error and its causes, outermost first, with the frames of the innermost. */
export function describeError(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)]
  const line = `${error.name}: ${error.message}`
  if (error.cause !== undefined) return [line, ...describeError(error.cause)]
  return [line, ...stackFrames(error.stack ?? '')]
}

function stackFrames(stack: string): string[] {
  const lines = stack.split('\n').map((line) => line.trim())
  return lines.filter((line) => line.startsWith('at ')).slice(0, 10)
}
