export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('It was ended.', { cause: reason })
}
