/** A watcher's position: the state of storage `epoch` after its change number `seq`. */
export type Cursor = { readonly epoch: string; readonly seq: number }

const SHAPE = /^([0-9a-z]{1,16})\.(0|[1-9][0-9]{0,14})$/

/** `<epoch>.<seq>`, the form of an SSE `id:` and of `Last-Event-ID`. */
export function formatCursor(cursor: Cursor): string {
  return `${cursor.epoch}.${cursor.seq}`
}

/** Parses a cursor. Returns undefined for any other text: the caller is then sent the full state. */
export function parseCursor(text: string | null | undefined): Cursor | undefined {
  const match = SHAPE.exec(text ?? '')
  if (match?.[1] === undefined || match[2] === undefined) return undefined
  return { epoch: match[1], seq: Number(match[2]) }
}
