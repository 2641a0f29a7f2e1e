import type { Reason } from '../../../protocol/status.ts'

/** A reason as its row holds it: JSON text that was written by this store. */
export function toReason(text: string | null): Reason | null {
  return text === null ? null : JSON.parse(text)
}

export function reasonText(reason: Reason | null): string | null {
  return reason === null ? null : JSON.stringify(reason)
}
