/**
 * Makes this child process end with its parent, even if the parent is killed: their channel closes then.
 * Calls `end` once.
 */
export function endWithParent(end: () => void): void {
  // A terminal sends ^C to all processes of the group. The parent decides the order in which they end.
  process.on('SIGINT', () => undefined)
  process.once('disconnect', end)
  if (!process.connected) end()
}

/** Tells the parent that this child is ready, and at which address. */
export function tellParent(message: { readonly ready: string }): void {
  if (process.connected) process.send?.(message)
}
