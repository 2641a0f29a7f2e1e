/** A table of which a copy is kept in memory. Changes of the copy are written at the end of their transaction. */
export type KeptTable = {
  /** Writes what has changed. */
  readonly flush: () => void
  /** Drops the copy: it may be of a transaction that was undone. */
  readonly forget: () => void
}
